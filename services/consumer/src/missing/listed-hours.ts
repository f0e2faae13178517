import { type HourWindows, hourWindows, isReservedWindowsKey, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { parseJson } from '../parse-json.ts';

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

/** Every hour on record, by the key of its windows. What is not understood is left to whoever reads the topic in order. */
export async function readListedHours(log: Pick<Log, 'latest'>): Promise<Map<string, ListedHour>> {
  const { records } = await log.latest(topics.windows.name);
  const hours = [...records].flatMap(([key, { value }]): [string, ListedHour][] => {
    if (isReservedWindowsKey(key)) return [];
    const parsed = hourWindows.safeParse(parseJson(value));
    if (!parsed.success) return [];
    const { env_id: envId, hour } = parsed.data;
    return [[key, { envId, hour, listed: listedIn(parsed.data) }]];
  });
  return new Map(hours);
}
