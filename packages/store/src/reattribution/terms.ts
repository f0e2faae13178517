import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

/** The term of whoever leads re-attribution, in SQL. */
export const newestTerm = '(SELECT argMax(term, began_at) FROM custody_internal.reattribution_terms)';

const termIsNewest = defineQuery({
  name: 'reattribution.is_term',
  sql: `SELECT ${newestTerm} = {term:UUID} AS is_newest`,
  params: z.object({ term: z.uuid() }),
  row: z.object({ is_newest: z.number() }),
});

const rewritesUnderWay = defineQuery({
  name: 'reattribution.under_way',
  sql: `SELECT count() AS statements FROM system.processes
WHERE startsWith(query, 'INSERT INTO custody_internal.decisions') AND position(query, 'reattribution_terms') > 0`,
  params: z.object({}),
  row: z.object({ statements: z.number() }),
});

/** Begins a term, a UUID: from now on no rewrite of another one begins. */
export async function beginTerm(client: StoreClient, term: string, options: StatementOptions = {}): Promise<void> {
  await client.insert('reattribution.term', 'custody_internal.reattribution_terms', [{ term }], options);
}

/** Whether rows are being rewritten at this moment, by whomever. */
export async function isRewriting(client: StoreClient, options: StatementOptions = {}): Promise<boolean> {
  const [found] = await runQuery(client, rewritesUnderWay, {}, options);
  return (found?.statements ?? 0) > 0;
}

/** Whether the term is the newest one. */
export async function isTerm(client: StoreClient, term: string, options: StatementOptions = {}): Promise<boolean> {
  const [found] = await runQuery(client, termIsNewest, { term }, options);
  return found?.is_newest === 1;
}
