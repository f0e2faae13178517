import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import { sealStates } from '../seals/seal.ts';
import { Binder, question } from './question.ts';

const sealedHoursRow = z.object({
  env_id: z.string(),
  complete: z.number(),
  empty: z.number(),
  /** Starts of all sealed hours, seconds since the epoch. */
  hours: z.array(z.number()),
  /** Hours that are sealed incomplete, or that changed since: start, state, reasons, missing, dead letters, whether it holds. */
  troubled: z.array(
    z.tuple([z.number(), z.enum(sealStates), z.array(z.string()), z.number(), z.number(), z.boolean()]),
  ),
});
export type SealedHours = z.infer<typeof sealedHoursRow>;

/** Which hours that touch a range are sealed, by environment, and which of them not well. A few bytes an hour. */
export function sealedHoursOf({ fromMs, toMs }: TimeRange) {
  const binder = new Binder();
  const hour = (ms: number) => `toDateTime(${binder.bind(ms / secondMs, 'UInt32')}, 'UTC')`;
  const sql = `SELECT
    env_id,
    countIf(state = 'complete' AND is_current) AS complete,
    countIf(state = 'empty' AND is_current) AS empty,
    arraySort(groupArray(toUnixTimestamp(hour))) AS hours,
    arraySort(groupArrayIf((toUnixTimestamp(hour), state, reasons, missing, dead_letters, is_current), state = 'incomplete' OR NOT is_current)) AS troubled
FROM custody.seals
WHERE hour >= ${hour(hourOf(fromMs))} AND hour < ${hour(hourOf(toMs - 1) + hourMs)}
GROUP BY env_id
ORDER BY env_id`;
  return question('seals.of_range', sql, binder, sealedHoursRow);
}
