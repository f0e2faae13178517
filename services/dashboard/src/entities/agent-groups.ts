import type { AgentRow } from '../api/entity-questions.ts';

/** Agents of one name: a client registers anew with each human and machine, and each registration is an agent of its own. */
export interface AgentGroup {
  readonly name: string;
  readonly rows: readonly AgentRow[];
  readonly decisions: number;
  readonly denials: number;
  readonly last_seen: string;
}

/** One line for each name, the busiest first; agents without a name are lines of their own. */
export function groupAgents(rows: readonly AgentRow[]): AgentGroup[] {
  const groups = Map.groupBy(rows, ({ agent, name }) => name || agent);
  const sum = (own: readonly AgentRow[], of: (row: AgentRow) => number) =>
    own.reduce((total, row) => total + of(row), 0);
  return [...groups]
    .map(([name, own]) => ({
      name,
      rows: own.toSorted((a, b) => b.denials - a.denials || b.decisions - a.decisions),
      decisions: sum(own, ({ decisions }) => decisions),
      denials: sum(own, ({ denials }) => denials),
      last_seen:
        own
          .map(({ last_seen }) => last_seen)
          .toSorted()
          .at(-1) ?? '',
    }))
    .toSorted((a, b) => b.decisions - a.decisions);
}
