import { type ReadingRow, secondMs, settlingSeconds, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { coverageOf, type Gap, gapsOf, readHistory } from '../coverage.ts';
import { defineQuery, runQuery } from '../query.ts';

/**
 * How far each environment was read by its poller's own account, and its first start: when its grants were first listed, or
 * until then when anything was first said of its hours.
 */
const readPositions = defineQuery({
  name: 'detection.read_positions',
  sql: `SELECT env_id, toUnixTimestamp64Milli(max(read_from)) AS read_from, toUnixTimestamp64Milli(max(read_until)) AS read_until,
  toUnixTimestamp64Milli(max(as_of)) AS as_of,
  toUnixTimestamp64Milli(ifNull(min(started_at), min(first_said_at))) AS started_at
FROM
(
  SELECT toString(env_id) AS env_id, read_from, read_until, toNullable(as_of) AS as_of, NULL AS started_at, NULL AS first_said_at
  FROM custody_internal.poller_reports FINAL
  UNION ALL
  SELECT toString(env_id), NULL, NULL, NULL, min(first_completed_at), NULL FROM custody_internal.listings FINAL GROUP BY env_id
  UNION ALL
  SELECT toString(env_id), NULL, NULL, NULL, NULL, min(updated_at) FROM custody_internal.windows_by_hour GROUP BY env_id
)
GROUP BY env_id`,
  params: z.object({}),
  row: z.object({
    env_id: z.string(),
    read_from: z.number().nullable(),
    read_until: z.number().nullable(),
    as_of: z.number().nullable(),
    started_at: z.number().nullable(),
  }),
});
type Position = z.infer<typeof readPositions.row>;

export interface ReadingRequest {
  /** `null` for all that were ever read. */
  readonly envIds: readonly string[] | null;
  /** What was read of it is looked at. */
  readonly range: TimeRange;
  /** By the clock of the source. */
  readonly nowMs: number;
}

/** An environment by its name, and how far it was read. */
export interface ReadEnvironment {
  readonly envId: string;
  readonly envName: string;
  readonly reading: ReadingRow;
}

/** Without the part that was read; in order. */
function without(ranges: readonly TimeRange[], read: TimeRange): TimeRange[] {
  const rest = ranges.flatMap(({ fromMs, toMs }) => [
    { fromMs, toMs: Math.min(toMs, read.fromMs) },
    { fromMs: Math.max(fromMs, read.toMs), toMs },
  ]);
  return rest.filter(({ fromMs, toMs }) => fromMs < toMs);
}

function joined(ranges: readonly TimeRange[]): TimeRange[] {
  const found: TimeRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = found.at(-1);
    if (last !== undefined && range.fromMs <= last.toMs) {
      found[found.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, range.toMs) };
    } else found.push({ fromMs: range.fromMs, toMs: range.toMs });
  }
  return found;
}

interface Bounds {
  readonly provenUntilMs: number;
  readonly agedMs: number;
}

/**
 * What the poller says it has read beyond what is proven. One that does not say so reads the newest time whenever it
 * reports.
 */
function readRange(position: Position | undefined, { provenUntilMs, agedMs }: Bounds): TimeRange {
  const { read_from, read_until, as_of } = position ?? { read_from: null, read_until: null, as_of: null };
  if (read_from !== null && read_until !== null) return { fromMs: read_from, toMs: read_until };
  if (as_of !== null) return { fromMs: Math.min(agedMs, as_of), toMs: as_of };
  return { fromMs: provenUntilMs, toMs: provenUntilMs };
}

/** What was read of environments, and what was not. Throws `STORE_*`. */
export async function readReadings(
  client: StoreClient,
  { envIds, range, nowMs }: ReadingRequest,
  options: StatementOptions = {},
): Promise<ReadEnvironment[]> {
  const [history, positions] = await Promise.all([
    readHistory(client, options),
    runQuery(client, readPositions, {}, options),
  ]);
  const byEnvironment = Map.groupBy(gapsOf(history, range, nowMs), (gap: Gap) => gap.envId);
  const agedMs = nowMs - history.latenessMs - settlingSeconds * secondMs;
  const asked = history.environments.filter(({ envId }) => envIds === null || envIds.includes(envId));
  return asked.map(({ envId, envName, oldestMs, provenUntilMs }) => {
    const position = positions.find(({ env_id }) => env_id === envId);
    const read = readRange(position, { provenUntilMs, agedMs });
    const gaps = byEnvironment.get(envId) ?? [];
    const readUntilMs = Math.max(provenUntilMs, read.toMs);
    const unreadable = gaps.filter(({ state }) => state === 'unreadable');
    const unread = without(
      gaps.filter(({ state }) => state !== 'unreadable'),
      read,
    );
    const watchedSinceMs = position?.started_at ?? oldestMs;
    // What is still to be read of the time before the first start is history that is on its way, and no blindness.
    const watched = { fromMs: Math.max(range.fromMs, Math.min(watchedSinceMs, range.toMs)), toMs: range.toMs };
    const coverage = coverageOf(history, watched, nowMs).find((one) => one.env_id === envId);
    const { blind_seconds = 0, unreadable_seconds = 0 } = coverage ?? {};
    return {
      envId,
      envName,
      reading: {
        readUntilMs,
        provenUntilMs,
        observedSinceMs: oldestMs,
        watchedSinceMs,
        // What follows the read position is said by it.
        unread: joined([...unreadable, ...unread.filter(({ fromMs }) => fromMs < readUntilMs)]),
        blindSeconds: blind_seconds,
        unreadableSeconds: unreadable_seconds,
      },
    };
  });
}
