import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import type { AlertSubject } from './subject-filters.ts';

const lookOfSubject = defineQuery({
  name: 'alerting.look',
  // A look of many series is large; of one subject there is little in it.
  sql: `SELECT arrayFilter(
    it -> JSONExtractString(it, 'alert', 'subject', 'envId') = {envId:String}
      AND JSONExtractString(it, 'alert', 'subject', 'kind') = {kind:String}
      AND JSONExtractString(it, 'alert', 'subject', 'key') = {key:String},
    JSONExtractArrayRaw(input, 'input', 'alerts')) AS alerts,
  JSONExtractRaw(arrayFirst(
    it -> JSONExtractString(it, 'envId') = {envId:String},
    JSONExtractArrayRaw(input, 'input', 'environments')), 'priors', {kind:String}) AS prior
FROM custody_internal.alert_looks FINAL
WHERE look_id = {lookId:UUID}
LIMIT 1`,
  params: z.object({ lookId: z.uuid(), envId: z.string(), kind: z.string(), key: z.string() }),
  row: z.object({ alerts: z.array(z.string()), prior: z.string() }),
});

/** JSON of what a look had of one subject: the alerts that were open, and what is usual for its kind (`''` for nothing). */
export type LookOfSubject = z.infer<typeof lookOfSubject.row>;

/** What a look had of a subject; `null` once it has expired. Throws `STORE_*`. */
export async function readLookOfSubject(
  client: StoreClient,
  lookId: string,
  { envId, kind, key }: AlertSubject,
  options: StatementOptions = {},
): Promise<LookOfSubject | null> {
  const [row] = await runQuery(client, lookOfSubject, { lookId, envId, kind, key }, options);
  return row ?? null;
}
