import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';
import { oneBlock } from '../rollups/one-block.ts';
import type { SealedHour } from './seal.ts';

/** A seal as it is written. */
export interface SealToWrite {
  readonly envId: string;
  readonly span: 'hour' | 'day' | 'month';
  readonly startMs: number;
  /** Names its rows in the rollups. */
  readonly build: string;
  readonly windowsUpdatedAtMs: number;
  /** Why it was sealed anew. */
  readonly causes: readonly string[];
  /** What is said of an hour. Days and months are sums only. */
  readonly said: SealedHour;
}

export interface SealsToWrite {
  /** A UUID of whoever summed up what is sealed here. */
  readonly attempt: string;
  /** The store's clock before that, microseconds since the epoch. */
  readonly asOfUs: number;
  readonly seals: readonly SealToWrite[];
}

/** How long after its `as_of` a seal may still be written, minutes. What is found to be of no use later than that is. */
export const mostAttemptMinutes = 30;

const storeClock = defineQuery({
  name: 'seals.clock',
  sql: `SELECT toUnixTimestamp64Micro(now64(6)) AS us`,
  params: z.object({}),
  row: z.object({ us: z.number() }),
});

/** The store's clock, microseconds since the epoch. */
export async function readStoreClock(client: StoreClient, options: StatementOptions = {}): Promise<number> {
  const [row] = await runQuery(client, storeClock, {}, options);
  return row?.us ?? 0;
}

const columns = `build, revision, state, stored, listed, dead_letters, missing, deleted_at_source, unreadable_seconds,
  listed_ids_xor, reasons, causes, content, digest, previous_digest`;

const publish = `INSERT INTO custody_internal.seals (env_id, span, starts_at, as_of, windows_updated_at, ${columns})
SELECT DISTINCT env_id, span, starts_at, fromUnixTimestamp64Micro(as_of_us, 'UTC'),
  fromUnixTimestamp64Milli(windows_updated_at_ms, 'UTC'), ${columns}
FROM custody_internal.seal_drafts
WHERE attempt = {attempt:UUID}
  AND toUnixTimestamp64Micro(now64(6)) BETWEEN as_of_us AND as_of_us + ${mostAttemptMinutes} * 60000000
  AND (span != 'hour' OR (env_id, starts_at) NOT IN (SELECT env_id, hour FROM custody_internal.expired_hours))`;

const published = defineQuery({
  name: 'seals.published',
  sql: `SELECT count() AS seals FROM custody_internal.seals
WHERE (env_id, span, starts_at, build) IN (
    SELECT env_id, span, starts_at, build FROM custody_internal.seal_drafts WHERE attempt = {attempt:UUID})
  AND as_of = fromUnixTimestamp64Micro({as_of_us:Int64}, 'UTC')`,
  params: z.object({ attempt: z.uuid(), as_of_us: z.number().int() }),
  row: z.object({ seals: z.number() }),
});

/**
 * Writes the seals of an attempt by one insert: until then nothing of them counts, and all of them do from then on.
 * Idempotent. Resolves with `false` where the attempt is older than `mostAttemptMinutes`, or the store's clock was set back
 * since: then what was said meanwhile may look older than it is. An hour that expired meanwhile is left out: whoever
 * summed it up may have found some of its rows gone.
 */
export async function writeSeals(
  client: StoreClient,
  { attempt, asOfUs, seals }: SealsToWrite,
  options: StatementOptions = {},
): Promise<boolean> {
  if (seals.length === 0) return true;
  const drafts = seals.map(({ envId, span, startMs, build, windowsUpdatedAtMs, causes, said }) => ({
    ...{ attempt, env_id: envId, span, starts_at: startMs / secondMs, as_of_us: asOfUs, build, causes },
    windows_updated_at_ms: windowsUpdatedAtMs,
    revision: said.revision,
    state: said.state,
    stored: said.stored,
    listed: said.listed,
    dead_letters: said.deadLetters,
    missing: said.missing,
    deleted_at_source: said.deletedAtSource,
    unreadable_seconds: said.unreadableSeconds,
    listed_ids_xor: said.listedIdsXor,
    reasons: said.reasons,
    content: said.content,
    digest: said.digest,
    previous_digest: said.previousDigest,
  }));
  await client.insert('seals.draft', 'custody_internal.seal_drafts', drafts, options);
  await client.command('seals.publish', publish, { attempt }, { ...options, settings: { ...oneBlock } });
  const [found] = await runQuery(client, published, { attempt, as_of_us: asOfUs }, options);
  return (found?.seals ?? 0) > 0;
}
