import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeadLetterAccount } from '@custody/account';
import {
  type AttributedDecision,
  dayMs,
  formatTimestamp,
  hourMs,
  type SourceWindow,
  secondMs,
  topics,
} from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import { systemClock } from '@custody/runtime';
import { DecisionBlock, writeDecisions, writeWindows } from '@custody/store';
import { afterAll, beforeAll } from 'vitest';
import { createSealerMetrics } from '../../src/metrics.ts';
import { sealerPatience } from '../../src/patience.ts';
import { Sealer } from '../../src/sealer.ts';
import { clickhouseSealerStore, type SealerStore } from '../../src/sealer-store.ts';
import { Verifier } from '../../src/verify/verifier.ts';
import { clickhouseVerifierStore, type VerifierStore } from '../../src/verify/verifier-store.ts';
import { silent, startStore, type TestStore } from './store.ts';

/** Noon of the day after the hours that most tests are about. */
export const nowMs = Date.UTC(2026, 3, 2, 12);
export const never = new AbortController().signal;

/** A UUID whose digits say which one it is. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The ids of those decisions, as the poller names them together. */
export function idsOf(...numbers: readonly number[]): string {
  const digits = numbers.map((number) => BigInt(`0x${uuid(number).replaceAll('-', '')}`));
  return digits
    .reduce((sum, one) => sum ^ one, 0n)
    .toString(16)
    .padStart(32, '0');
}

function decisionOf(envId: string, number: number, atMs: number, grantsPosition: number): AttributedDecision {
  return {
    envId,
    envName: `name of ${envId}`,
    decision: {
      ...{ id: uuid(number), occurredAtMs: atMs, agentKey: 'agent|a1', agentName: 'Cursor', tenant: 'default' },
      ...{ server: 'linear', resource: 'linear:linear', tool: 'create_issue', evidenceHumans: [] },
      ...(number % 2 === 0
        ? { verdict: 'deny', reason: 'no', reasonCode: 'no_permission' }
        : { verdict: 'allow', reason: '', reasonCode: '' }),
    },
    attribution: {
      ...{ certainty: 'exact', evidence: 'consent', humanName: 'Ada', humanEmail: 'ada@example.org' },
      humanKey: `human|h${grantsPosition}`,
      ...{ candidates: [], consentId: 'consent-1', consentAtMs: atMs - 1_000 },
      ...{ trustLevel: 'medium', ceilingLevel: 'high', requiredLevel: 'low' },
    },
    grantsPosition,
    ingestedAtMs: atMs + 5_000,
  };
}

export interface SealRow {
  readonly hour: string;
  readonly state: string;
  readonly revision: number;
  readonly decisions: number;
  readonly listed: number;
  readonly dead_letters: number;
  readonly missing: number;
  readonly unreadable_seconds: number;
  readonly reasons: readonly string[];
  readonly is_current: boolean;
  readonly digest: string;
  readonly previous_digest: string;
}

export interface FindingRow {
  readonly span: string;
  readonly starts_at: string;
  readonly kind: string;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  readonly action: string;
  readonly resolved_at: string | null;
}

export interface StagedSealer {
  readonly sealer: Sealer;
  readonly metrics: ReturnType<typeof createSealerMetrics>;
}

export interface StagedOptions {
  readonly store?: Partial<SealerStore>;
  readonly decisionsStored?: (signal: AbortSignal) => Promise<void>;
  /** How long nothing may have been said of an hour that is summed up without being sealed, seconds. Default: 60. */
  readonly quietSeconds?: number;
  /** When it looks. Default: `nowMs`. */
  readonly atMs?: number;
}

/** A store and a log for the tests of a file, written to as poller and consumer do. */
export function useStage() {
  let store: TestStore;
  let log: Log;
  let directory: string;
  let updates = 0;
  beforeAll(async () => {
    store = await startStore();
    directory = mkdtempSync(join(tmpdir(), 'custody-sealer-log-'));
    log = await openLmdbLog({ directory });
    await log.ensureTopics(Object.values(topics));
  });
  afterAll(async () => {
    await log.close();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const select = (sql: string, env: string) =>
    store.client.select('test', sql, { env }, { settings: { output_format_json_quote_64bit_integers: 0 } });
  return {
    get log() {
      return log;
    },
    get client() {
      return store.client;
    },
    select,
    /** Stores decisions of an hour, one a second. */
    async decide(envId: string, hourStartMs: number, numbers: readonly number[], grantsPosition = 1): Promise<void> {
      const rows = numbers.map((number, index) => {
        const atMs = hourStartMs + (number % 3_000) * secondMs + index;
        return { decision: decisionOf(envId, number, atMs, grantsPosition), entryBytes: Buffer.from('{}') };
      });
      await writeDecisions(store.client, DecisionBlock.of(rows));
    },
    /** Records the hour as the poller does it, whole unless windows are given. */
    async list(envId: string, hourStartMs: number, listed: number, ...windows: Partial<SourceWindow>[]): Promise<void> {
      updates += 1;
      const whole = {
        ...{ from: formatTimestamp(hourStartMs), to: formatTimestamp(hourStartMs + hourMs), facet: undefined },
        ...({ state: 'closed', proof: 'count', listed, counted: listed } as const),
        ...{ deleted_at_source: 0, read_at: null, reason: '' },
      };
      const given = windows.length === 0 ? [{}] : windows;
      const hour = { env_id: envId, env_name: `name of ${envId}`, hour: formatTimestamp(hourStartMs) };
      const updated_at = formatTimestamp(nowMs + updates);
      await writeWindows(store.client, [{ ...hour, windows: given.map((one) => ({ ...whole, ...one })), updated_at }]);
    },
    /** An entry of the hour that could not be understood. */
    async refuse(envId: string, hourStartMs: number, name: string): Promise<void> {
      const headers = {
        'custody-env-id': envId,
        'custody-hour': formatTimestamp(hourStartMs),
        'custody-origin': name,
      };
      await log.append(topics.deadLetters.name, [{ key: 'x', value: Buffer.from(`{${name}`), headers }]);
    },
    /** What the consumer notes once a letter that was replayed is stored. */
    async mend(name: string): Promise<void> {
      const headers = {
        ...{ 'custody-note': 'stored', 'custody-noted-at': formatTimestamp(nowMs) },
        ...{ 'custody-attempt': '1', 'custody-origin': name },
      };
      await log.append(topics.deadLetters.name, [{ key: 'x', value: null, headers }]);
    },
    sealer({
      store: own = {},
      decisionsStored = async () => undefined,
      atMs = nowMs,
      quietSeconds = 60,
    }: StagedOptions = {}): StagedSealer {
      const metrics = createSealerMetrics();
      const sealer = new Sealer({
        ...{ log, metrics, logger: silent, decisionsStored },
        store: { ...clickhouseSealerStore(store.client), ...own },
        letters: new DeadLetterAccount(log),
        patiently: sealerPatience(silent, metrics),
        clock: { ...systemClock, now: () => atMs },
        ...{ everyMs: 30_000, latenessMs: 900_000, retentionMs: 14 * dayMs, mostRows: 1_000, quietSeconds },
      });
      return { sealer, metrics };
    },
    /** A verifier that looks at all of an environment in each turn, and whose source keeps everything. */
    verifier(envId: string, own: Partial<VerifierStore> = {}) {
      const metrics = createSealerMetrics();
      const usual = clickhouseVerifierStore(store.client);
      const isOwn = (one: { readonly envId: string }) => one.envId === envId;
      const verifier = new Verifier({
        ...{ log, metrics, logger: silent },
        store: {
          ...usual,
          spans: async (wanted, signal) => (await usual.spans(wanted, signal)).filter(isOwn),
          openFindings: async (signal) => (await usual.openFindings(signal)).filter(isOwn),
          doubled: async (among, signal) => (await usual.doubled(among, signal)).filter(isOwn),
          ...own,
        },
        patiently: sealerPatience(silent, metrics),
        // So far ahead that nothing was looked at a moment ago.
        clock: { now: () => Date.now() + dayMs, sleep: async () => undefined },
        ...{ retentionMs: 3_650 * dayMs, spansPerMinute: 40 },
      });
      return { verifier, metrics };
    },
    /** What was found of an environment: what it is, what was done, and whether it is gone. */
    async findings(envId: string): Promise<FindingRow[]> {
      const sql = `SELECT * FROM custody.verifications WHERE env_id = {env:String} ORDER BY found_at, span, subject`;
      return (await select(sql, envId)) as FindingRow[];
    },
    /** The seals of an environment, the oldest hour first. */
    async seals(envId: string): Promise<SealRow[]> {
      return (await select(
        'SELECT * FROM custody.seals WHERE env_id = {env:String} ORDER BY hour',
        envId,
      )) as SealRow[];
    },
    /** Decisions as the sums have them, by hour and by day, and as the rows themselves. */
    async sums(envId: string): Promise<readonly number[]> {
      const [row] = (await select(
        `SELECT (SELECT sum(decisions) FROM custody.decisions_hourly WHERE env_id = {env:String}) AS hourly,
          (SELECT sum(decisions) FROM custody.decisions_daily WHERE env_id = {env:String}) AS daily,
          (SELECT count() FROM custody.decisions WHERE env_id = {env:String}) AS rows,
          (SELECT count() FROM custody_internal.hour_states WHERE env_id = {env:String} AND NOT is_sealed) AS open`,
        envId,
      )) as { hourly: number; daily: number; rows: number; open: number }[];
      return [row?.hourly ?? -1, row?.daily ?? -1, row?.rows ?? -1, row?.open ?? -1];
    },
    /** What is read from rows, `hour …`, and what is read by its parts, `day …` and `month …`, each with its UTC start. */
    async unsummed(envId: string): Promise<string[]> {
      const rows = await select(
        `SELECT concat(kind, ' ', formatDateTime(at, '%F %H', 'UTC')) AS name FROM (
  SELECT 'hour' AS kind, hour AS at FROM custody_internal.unsummed_hours WHERE env_id = {env:String}
  UNION ALL SELECT toString(span), starts_at FROM custody_internal.unsummed_spans WHERE env_id = {env:String})
ORDER BY name`,
        envId,
      );
      return (rows as { name: string }[]).map(({ name }) => name);
    },
    /** How many interim sums there are of hours, days and months. */
    async interim(envId: string): Promise<number[]> {
      const [row] = await select(
        `SELECT countIf(span = 'hour') AS hours, countIf(span = 'day') AS days, countIf(span = 'month') AS months
FROM custody_internal.interim_sums WHERE env_id = {env:String}`,
        envId,
      );
      return Object.values(row as { hours: number; days: number; months: number });
    },
    /** Whole days and months whose own sums hold. */
    async spans(envId: string): Promise<string[]> {
      const rows = await select(
        `SELECT DISTINCT concat(span, ' ', toString(toDate(starts_at))) AS name FROM custody_internal.seals
WHERE env_id = {env:String} AND span != 'hour'
  AND (span, starts_at) NOT IN (SELECT span, starts_at FROM custody_internal.open_spans WHERE env_id = {env:String})
ORDER BY name`,
        envId,
      );
      return (rows as { name: string }[]).map(({ name }) => name);
    },
    async repairs(envId: string): Promise<{ hour: string; reason: string; requested_by: string }[]> {
      const { records } = await log.latest(topics.repairs.name);
      return [...records]
        .filter(([key]) => key.startsWith(`${envId}/`))
        .map(([, { value }]) => JSON.parse(Buffer.from(value ?? []).toString()));
    },
  };
}
