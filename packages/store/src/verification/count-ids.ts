import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { idsPerSlice } from './doubles.ts';

/** A month of stored decisions, as `yyyymm`. */
export interface MonthOfIds {
  readonly month: number;
  /** As the public view counts them. */
  readonly decisions: number;
  readonly ids: number;
}

const months = defineQuery({
  name: 'verify.months',
  sql: `SELECT toYYYYMM(occurred_at) AS month, count() AS rows FROM custody_internal.decisions GROUP BY month ORDER BY month`,
  params: z.object({}),
  row: z.object({ month: z.number(), rows: z.number() }),
});

const idsOfMonth = defineQuery({
  name: 'verify.ids_of_month',
  sql: `SELECT count() AS decisions, uniqExact(env_id, decision_id) AS ids FROM custody.decisions
WHERE toYYYYMM(occurred_at) = {month:UInt32} AND cityHash64(decision_id) % {slices:UInt32} = {slice:UInt32}`,
  params: z.object({ month: z.number().int(), slices: z.number().int(), slice: z.number().int() }),
  row: z.object({ decisions: z.number(), ids: z.number() }),
});

/** Counts decisions and their ids, month by month, in slices that fit into memory. Throws `STORE_*`. */
export async function* countIds(client: StoreClient, options: StatementOptions = {}): AsyncGenerator<MonthOfIds> {
  for (const { month, rows } of await runQuery(client, months, {}, options)) {
    const slices = Math.max(1, Math.ceil(rows / idsPerSlice));
    let [decisions, ids] = [0, 0];
    for (let slice = 0; slice < slices; slice += 1) {
      const [counted] = await runQuery(client, idsOfMonth, { month, slices, slice }, options);
      decisions += counted?.decisions ?? 0;
      ids += counted?.ids ?? 0;
    }
    yield { month, decisions, ids };
  }
}
