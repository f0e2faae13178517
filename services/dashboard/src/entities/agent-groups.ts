import type { AgentRow } from '../api/entity-questions.ts';
import { type Counts, totalOf } from '../format/counts.ts';

/** Agents of one name: a client registers anew with each human and machine, and each registration is an agent of its own. */
export interface AgentGroup extends Counts {
  readonly name: string;
  readonly rows: readonly AgentRow[];
  readonly last_seen: string;
}

/** One line for each name, the busiest first; agents without a name are lines of their own. */
export function groupAgents(rows: readonly AgentRow[]): AgentGroup[] {
  const groups = Map.groupBy(rows, ({ agent, name }) => name || agent);
  return [...groups]
    .map(([name, own]) => ({
      name,
      rows: own.toSorted((a, b) => b.denials - a.denials || b.decisions - a.decisions),
      ...totalOf(own),
      last_seen:
        own
          .map(({ last_seen }) => last_seen)
          .toSorted()
          .at(-1) ?? '',
    }))
    .toSorted((a, b) => b.decisions - a.decisions);
}
