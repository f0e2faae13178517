import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** Most hours, and most ids, of one question about details: they travel as parameters of a request line. */
export const mostDetailHours = 500;
export const mostDetailIds = 200;

const inHours = `env_id = {env_id:String} AND toStartOfHour(occurred_at) IN (
  SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))`;

/** Which decisions of the hours (unix seconds of their starts) have a detailed entry; one that was stored again may repeat. */
export const detailedDecisions = defineQuery({
  name: 'details.in_hours',
  sql: `SELECT toString(decision_id) AS id FROM custody_internal.entry_details WHERE ${inHours}`,
  params: z.object({ env_id: z.string(), hours: z.array(z.number().int()).max(mostDetailHours) }),
  row: z.object({ id: z.string() }),
});

/** The detailed entries of these decisions of the hours, verbatim. */
export const detailsOfDecisions = defineQuery({
  name: 'details.by_id',
  sql: `SELECT toString(decision_id) AS id, entry
FROM custody_internal.entry_details FINAL
WHERE ${inHours} AND decision_id IN (SELECT toUUID(arrayJoin({ids:Array(String)})))`,
  params: detailedDecisions.params.extend({ ids: z.array(z.string()).max(mostDetailIds) }),
  row: z.object({ id: z.string(), entry: z.string() }),
});
