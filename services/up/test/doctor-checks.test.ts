import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, hourMs, minuteMs, topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import {
  buildHours,
  linkSeal,
  readStoreClock,
  readVerifiableSpans,
  sumsOnly,
  touchHours,
  writeFacts,
  writeSeals,
} from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateYear } from '../src/bench/generate-year.ts';
import { temporaryDirectory } from '../src/bench/temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from '../src/bench/temporary-store.ts';
import { checkChains } from '../src/doctor/check-chains.ts';
import { checkIds } from '../src/doctor/check-ids.ts';
import {
  checkEvidence,
  checkFacts,
  checkReattribution,
  checkRetention,
  checkSealing,
  checkVerifier,
} from '../src/doctor/check-pipeline.ts';
import { checkSums } from '../src/doctor/check-sums.ts';

const envId = 'env-1';
const progress = { signal: new AbortController().signal, onProgress: () => undefined };
let stack: AsyncDisposableStack;
let store: TemporaryStore;
let log: Log;

/** Three decisions, each in an hour of its own, which is sealed. */
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  store = stack.use(await openTemporaryStore());
  log = await openLmdbLog({ directory: stack.use(temporaryDirectory()).path });
  stack.defer(() => log.close());
  await log.ensureTopics(Object.values(topics));
  await generateYear(store, { rows: 3, seed: 1, envId });
  const { client } = store;
  const sql = 'SELECT toUnixTimestamp(hour) AS at FROM custody_internal.stored_hours FINAL';
  for (const { at } of (await client.select('test', sql, {})) as { at: number }[]) {
    const asOfUs = await readStoreClock(client);
    const [startMs, attempt] = [at * 1_000, randomUUID()];
    const [hour] = await buildHours(client, { envId, hours: [startMs], attempt });
    const said = { ...sumsOnly.said, stored: 1, listed: 1, content: hour?.content ?? '' };
    const sealed = { ...said, ...linkSeal(envId, startMs, said, null) };
    const seal = { ...sumsOnly, envId, span: 'hour' as const, startMs, build: hour?.build ?? '', said: sealed };
    await writeSeals(client, { attempt, asOfUs, seals: [seal] });
  }
});
afterAll(() => stack.disposeAsync());

const nowMs = Date.now();
const text = (work: Promise<string>) => work.catch((error) => `${error.code}: ${error.message}`);
const sums = (repair: Parameters<typeof checkSums>[1]['repair'] = null) =>
  text(checkSums(store.client, { ...progress, nowMs, repair }));
const quietly = { settings: { mutations_sync: '2', lightweight_deletes_sync: '2' } } as const;

test('a healthy installation has nothing to tell', async () => {
  const { client } = store;
  expect(await text(checkIds(client, progress))).toBe('3 stored, each once');
  expect(await sums()).toBe('3 hours, 0 days, 0 months are what their rows and parts are');
  expect(await text(checkChains(client, progress))).toBe('3 seals, each in the chain of its hour');
  expect(await text(checkSealing(client, nowMs))).toMatch(/^every hour is sealed/);
  expect(await text(checkVerifier(client, nowMs))).toMatch(
    /^0 of 3 sealed hours, days and months verified, last never yet/,
  );
  expect(await text(checkReattribution(client, nowMs))).toBe('nothing is being attributed anew');
  expect(await text(checkFacts(client))).toMatch(/^every kind can be listed/);
  expect(await text(checkEvidence(client, nowMs))).toBe('no report of the poller yet');
  expect(await text(checkRetention(client, {}, nowMs))).toBe('everything is kept for ever');
});

test('a difference is told, and put on record and repaired only when that is asked for', async () => {
  const { client } = store;
  const [first] = await readVerifiableSpans(client, { fromMs: 0, toMs: nowMs });
  const at = { at: (first?.startMs ?? 0) / 1_000 };
  await client.command(
    'test',
    'DELETE FROM custody_internal.rollup_calls WHERE starts_at = {at:DateTime}',
    at,
    quietly,
  );
  const found = `DOCTOR_SUMS_DIFFER: ${envId} hour ${formatTimestamp(first?.startMs ?? 0)}: sums of calls: expected 1 decisions`;
  expect(await sums()).toContain(found);
  expect(await text(checkVerifier(client, nowMs))).toMatch(/^0 of 3/);
  const repaired = await sums({ log, retentionMs: 14 * dayMs });
  expect(repaired).toContain('1 put on record, 0 hours asked for again');
  expect(await text(checkVerifier(client, nowMs))).toMatch(
    /^DOCTOR_DIFFERENCES_OPEN: 1 differences are not gone yet:\n.* sums calls resealed$/,
  );
  expect(await sums()).toMatch(/^2 hours/);
  expect(await text(checkSealing(client, nowMs))).toMatch(
    /^1 hours are not sealed, the oldest .*; 0 of them are proven$/,
  );
});

test('a seal that was changed, and one whose forerunner is gone, are told by their hour', async () => {
  const { client } = store;
  // They come in any order.
  const spans = await readVerifiableSpans(client, { fromMs: 0, toMs: nowMs });
  const [second, third] = spans.toSorted((a, b) => a.startMs - b.startMs);
  const hourOf = (span: typeof second) => `${envId} hour ${formatTimestamp(span?.startMs ?? 0)}`;
  const changed = `INSERT INTO custody_internal.seals SELECT * REPLACE (stored + 1 AS stored) FROM custody_internal.seals
WHERE starts_at = {at:DateTime}`;
  await client.command('test', changed, { at: (second?.startMs ?? 0) / 1_000 });
  const newest = { ...sumsOnly.said, revision: 7, digest: 'f'.repeat(64), previousDigest: '' };
  const said = { ...sumsOnly.said, stored: 1 };
  const { revision, digest, previousDigest } = linkSeal(envId, third?.startMs ?? 0, said, newest);
  const link = { revision, digest, previous_digest: previousDigest, stored: 1, state: said.state };
  const ofHour = { env_id: envId, span: 'hour', starts_at: (third?.startMs ?? 0) / 1_000, as_of: 0, build: 1 };
  await client.insert('test', 'custody_internal.seals', [{ ...ofHour, ...link, reasons: said.reasons }]);
  expect(await text(checkChains(client, progress))).toBe(
    `DOCTOR_CHAIN_BROKEN: ${hourOf(second)}, revision 1: its digest is not that of what it says
${hourOf(third)}, revision 8: the seal that it follows is not there`,
  );
});

test('evidence of the time before a first start is late once nobody has read it for a day', async () => {
  const { client } = store;
  const reports = ['env-new', 'env-old'].map((env_id) => {
    const oldest = formatTimestamp(nowMs - 12 * dayMs);
    return {
      env_id,
      as_of: formatTimestamp(nowMs),
      facts_unreadable: [],
      evidence_owed: 7,
      evidence_oldest_owed: oldest,
    };
  });
  await client.insert('test', 'custody_internal.poller_reports', reports.slice(0, 1));
  const listed = (env_id: string, firstMs: number) => {
    const times = { first_completed_at: formatTimestamp(firstMs), completed_at: formatTimestamp(nowMs) };
    return { position: 1, record: { kind: 'listing', env_id, of: 'consent', ...times } } as const;
  };
  await writeFacts(client, [listed('env-new', nowMs - minuteMs), listed('env-old', nowMs - 2 * dayMs)]);
  const said = await text(checkEvidence(client, nowMs));
  expect(said).toMatch(/^env-new: 7 owed, the oldest of .*, history of the first start, 0 read, 0 deleted first$/);
  expect(await text(checkEvidence(client, nowMs + dayMs))).toMatch(/^DOCTOR_EVIDENCE_LATE: env-new: 7 owed/);
  // Another environment's first start excuses nobody.
  await client.insert('test', 'custody_internal.poller_reports', reports.slice(1));
  expect(await text(checkEvidence(client, nowMs))).toMatch(
    /^DOCTOR_EVIDENCE_LATE: .*\nenv-old: 7 owed, the oldest of [^,]*, 0 read/,
  );
  await client.command(
    'test',
    "DELETE FROM custody_internal.poller_reports WHERE env_id IN ('env-new', 'env-old')",
    {},
    quietly,
  );
  await client.command(
    'test',
    "DELETE FROM custody_internal.listings WHERE env_id IN ('env-new', 'env-old')",
    {},
    quietly,
  );
});

test('what keeps the pipeline from its end is told', async () => {
  const { client } = store;
  await touchHours(client, [{ envId, hourStartMs: nowMs - (nowMs % hourMs), position: 1, why: 'consent' }], false);
  expect(await text(checkReattribution(client, nowMs))).toMatch(/^1 hours are being attributed anew/);
  expect(await text(checkReattribution(client, nowMs + hourMs))).toMatch(/^DOCTOR_UNSETTLED/);
  const owed = { evidence_owed: 3, evidence_read: 0, evidence_oldest_owed: formatTimestamp(nowMs - 2 * dayMs) };
  const rows = [{ env_id: envId, as_of: formatTimestamp(nowMs), facts_unreadable: ['consent'], ...owed }];
  await client.insert('test', 'custody_internal.poller_reports', rows);
  expect(await text(checkFacts(client))).toBe(`DOCTOR_FACTS_UNREADABLE: ${envId}: consent`);
  expect(await text(checkEvidence(client, nowMs))).toMatch(/^DOCTOR_EVIDENCE_LATE: env-1: 3 owed, the oldest of/);
  expect(await text(checkRetention(client, { CUSTODY_RETENTION_DECISIONS_DAYS: '45' }, nowMs))).toMatch(
    /^DOCTOR_RETENTION_BLOCKED/,
  );
  const doubled = `INSERT INTO custody_internal.decisions SELECT * REPLACE (occurred_at + INTERVAL 40 DAY AS occurred_at)
FROM custody_internal.decisions LIMIT 1`;
  await client.command('test', doubled);
  expect(await text(checkIds(client, progress))).toMatch(
    /^DOCTOR_DECISIONS_DOUBLED: 4 decisions have 4 ids by month.\n[0-9a-f-]{36}: 2 times/,
  );
});
