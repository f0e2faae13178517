import { z } from 'zod';
import type { StatementOptions, StoreClient } from './client.ts';
import { defineQuery, runQuery } from './query.ts';

/**
 * Terms of whoever leads some work on what is stored. The log lets one lead at a time, but a statement may outlive the
 * leadership under which it began: what holds a write to `newest` has no effect once another term has begun.
 */
export interface Terms {
  /** The newest term, in SQL. */
  readonly newest: string;
  /** Begins a term, a UUID: from now on no write of another one begins. */
  begin(client: StoreClient, term: string, options?: StatementOptions): Promise<void>;
  /** Whether something that is held to a term is being written at this moment, by whomever. */
  isWriting(client: StoreClient, options?: StatementOptions): Promise<boolean>;
  /** Whether the term is the newest one. */
  isNewest(client: StoreClient, term: string, options?: StatementOptions): Promise<boolean>;
}

function termsOf(work: string, table: string): Terms {
  const newest = `(SELECT argMax(term, began_at) FROM ${table})`;
  const termIsNewest = defineQuery({
    name: `${work}.is_term`,
    sql: `SELECT ${newest} = {term:UUID} AS is_newest`,
    params: z.object({ term: z.uuid() }),
    row: z.object({ is_newest: z.number() }),
  });
  const writesUnderWay = defineQuery({
    name: `${work}.under_way`,
    sql: `SELECT count() AS statements FROM system.processes
WHERE startsWith(query, 'INSERT INTO custody_internal.') AND position(query, concat('FROM ', {table:String})) > 0`,
    params: z.object({ table: z.string() }),
    row: z.object({ statements: z.number() }),
  });
  return {
    newest,
    begin: (client, term, options) => client.insert(`${work}.term`, table, [{ term }], options),
    async isWriting(client, options) {
      const [found] = await runQuery(client, writesUnderWay, { table }, options);
      return (found?.statements ?? 0) > 0;
    },
    async isNewest(client, term, options) {
      const [found] = await runQuery(client, termIsNewest, { term }, options);
      return found?.is_newest === 1;
    },
  };
}

/** Of the rewriting of attribution. */
export const reattributionTerms = termsOf('reattribution', 'custody_internal.reattribution_terms');
/** Of the finding of flips. */
export const flipTerms = termsOf('flips', 'custody_internal.flip_terms');
