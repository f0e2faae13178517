import { type HourWindows, hourWindows, isReservedWindowsKey, topics } from '@custody/decision';
import { type CompactedLog, readValues } from './read-values.ts';

/** An hour as the poller recorded it. */
export interface ListedHour {
  readonly envId: string;
  /** Its start, RFC 3339, as the poller writes it. */
  readonly hour: string;
  /** Distinct decisions that the source listed in what is closed of the hour. */
  readonly listed: number;
}

function listedIn({ windows }: HourWindows): number {
  return windows.reduce((sum, { state, listed }) => (state === 'closed' ? sum + listed : sum), 0);
}

/** Every hour on record, by the key of its windows. */
export async function readListedHours(log: CompactedLog): Promise<Map<string, ListedHour>> {
  const values = [...(await readValues(log, topics.windows.name, hourWindows))];
  const hours = values.filter(([key]) => !isReservedWindowsKey(key));
  return new Map(hours.map(([key, of]) => [key, { envId: of.env_id, hour: of.hour, listed: listedIn(of) }]));
}
