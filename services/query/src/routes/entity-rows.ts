import type { EntityKind } from '@custody/store';
import { z } from 'zod';

const counts = {
  decisions: z.number(),
  denials: z.number(),
  undecided: z.number().describe('The source does not say'),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
};

/** Rows of the lists: what they are about, and simple counts of the range. */
export const entityRows = {
  agents: z.object({ agent: z.string(), name: z.string(), ...counts, humans: z.number(), servers: z.number() }),
  humans: z.object({
    human: z.string(),
    name: z.string(),
    email: z.string(),
    ...counts,
    agents: z.number(),
    servers: z.number(),
  }),
  servers: z.object({ server: z.string(), ...counts, agents: z.number(), humans: z.number() }),
} as const;

export const keyNames = { agents: 'agent', humans: 'human', servers: 'server' } as const;

/** The public row of one from the store; counts that say nothing about a row of its kind are dropped. */
export function rowOf(kind: EntityKind, { key, ...about }: { readonly key: string }): Record<string, unknown> {
  const row: z.ZodObject = entityRows[kind];
  return row.parse({ [keyNames[kind]]: key, ...about });
}
