import { z } from 'zod';
import { Binder, question } from './question.ts';
import { type Selection, whereSql } from './selection.ts';

/** What each list is about: its key, and the newest name known of it. */
const entityColumns = {
  agents: { key: 'agent_key', about: `argMax(agent_name, occurred_at) AS name` },
  humans: {
    key: 'human_key',
    about: `argMax(human_name, occurred_at) AS name, argMax(human_email, occurred_at) AS email`,
  },
  servers: { key: 'server', about: `'' AS name` },
} as const;
export type EntityKind = keyof typeof entityColumns;

const entityRow = z.object({
  key: z.string(),
  name: z.string(),
  email: z.string().default(''),
  decisions: z.number(),
  denials: z.number(),
  agents: z.number(),
  humans: z.number(),
  servers: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});

/** Agents, humans or servers of a selection with simple counts, the busiest first. */
export function entities(kind: EntityKind, selection: Selection, limit: number) {
  const binder = new Binder();
  const { key, about } = entityColumns[kind];
  const sql = `SELECT ${key} AS key, ${about},
    count() AS decisions, countIf(decision = 'deny') AS denials, uniqExact(agent_key) AS agents,
    uniqExactIf(human_key, human_key != '') AS humans, uniqExact(server) AS servers, uniqExact(server, tool) AS tools,
    min(occurred_at) AS first_seen, max(occurred_at) AS last_seen
FROM custody.decisions
WHERE ${whereSql(selection, binder)} AND ${key} != ''
GROUP BY key
ORDER BY decisions DESC, key ASC
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question(`entities.${kind}`, sql, binder, entityRow);
}
