import { randomUUID } from 'node:crypto';
import { dayMs, hourMs } from '@custody/decision';
import {
  buildHours,
  buildSpans,
  type HourBuild,
  linkSeal,
  readStoreClock,
  type SealedHour,
  type SealToWrite,
  type StatementOptions,
  type StoreClient,
  writeSeals,
} from '@custody/store';
import { verify } from './measure.ts';

/** What the sealer sums up at once unless a single hour has more, decisions. */
const mostRows = 500_000;

export interface SealYearOptions {
  readonly envId: string;
  /** Of decisions, spread evenly over the hours. */
  readonly rowsPerHour: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** For the statements that sum up; by default they are the sealer's, on one core. */
  readonly settings?: StatementOptions['settings'];
}

/** Where months begin in a range that begins with one, milliseconds. */
export function monthsIn(fromMs: number, toMs: number): number[] {
  const months: number[] = [];
  for (let at = fromMs; at < toMs; ) {
    months.push(at);
    const date = new Date(at);
    at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  }
  return months;
}

function steps(fromMs: number, toMs: number, stepMs: number): number[] {
  return Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, n) => fromMs + n * stepMs);
}

/** Hours in batches as the sealer makes them: of one month, of so many decisions at most. */
export function hourBatches(fromMs: number, toMs: number, rowsPerHour: number): number[][] {
  const most = Math.max(1, Math.floor(mostRows / rowsPerHour));
  return monthsIn(fromMs, toMs).flatMap((month, index, months) => {
    const hours = steps(month, months[index + 1] ?? toMs, hourMs);
    return Array.from({ length: Math.ceil(hours.length / most) }, (_, n) => hours.slice(n * most, (n + 1) * most));
  });
}

const nothingSaid = {
  ...{ listed: 0, stored: 0, deadLetters: 0, missing: 0, deletedAtSource: 0, unreadableSeconds: 0 },
  ...{ listedIdsXor: '', reasons: [], content: '' },
} as const;

/** The seal of an hour of which all is stored that was listed. */
function hourSeal(envId: string, build: HourBuild): SealToWrite {
  const { stored, idsXor: listedIdsXor, content } = build;
  const state = stored === 0 ? 'empty' : 'complete';
  const statement = { ...nothingSaid, state, stored, listed: stored, listedIdsXor, content } as const;
  const said = { ...statement, ...linkSeal(envId, build.hourStartMs, statement, null) };
  const named = { envId, span: 'hour', startMs: build.hourStartMs, build: build.build } as const;
  return { ...named, windowsUpdatedAtMs: 0, causes: [], said };
}

const sumsOnly: SealedHour = { ...nothingSaid, state: 'complete', revision: 1, digest: '', previousDigest: '' };

async function write(client: StoreClient, attempt: string, asOfUs: number, seals: readonly SealToWrite[]) {
  verify(await writeSeals(client, { attempt, asOfUs, seals }), 'Seals came too late to count.');
}

/** Seals a batch of hours as the sealer does, but for the windows, which nobody read; resolves with the decisions. */
export async function sealBatch(
  client: StoreClient,
  { envId, hours }: { readonly envId: string; readonly hours: readonly number[] },
  options: StatementOptions = {},
): Promise<number> {
  const attempt = randomUUID();
  const asOfUs = await readStoreClock(client, options);
  const builds = await buildHours(client, { envId, hours, attempt }, options);
  const seals = builds.map((build) => hourSeal(envId, build));
  await write(client, attempt, asOfUs, seals);
  return builds.reduce((sum, { stored }) => sum + stored, 0);
}

/** Sums up days or months whose parts are sealed. */
export async function sealSpans(
  client: StoreClient,
  {
    envId,
    span,
    starts,
  }: { readonly envId: string; readonly span: 'day' | 'month'; readonly starts: readonly number[] },
  options: StatementOptions = {},
): Promise<void> {
  const asOfUs = await readStoreClock(client, options);
  const attempt = randomUUID();
  const builds = await buildSpans(client, { envId, span, starts, attempt }, options);
  const sums = { windowsUpdatedAtMs: 0, causes: [], said: sumsOnly };
  const seals = builds.map(({ startMs, build }): SealToWrite => ({ envId, span, startMs, build, ...sums }));
  await write(client, attempt, asOfUs, seals);
}

/** Seals hours, days and months of a range of whole months; resolves with the decisions in them. */
export async function sealRange(
  client: StoreClient,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { envId, rowsPerHour, signal, onProgress, settings }: SealYearOptions,
): Promise<number> {
  const options = { ...(signal && { signal }), ...(settings && { settings }), timeoutMs: 600_000 };
  let stored = 0;
  for (const hours of hourBatches(fromMs, toMs, rowsPerHour)) {
    stored += await sealBatch(client, { envId, hours }, options);
    onProgress?.(`${stored} decisions are sealed`);
  }
  const months = monthsIn(fromMs, toMs);
  for (const [index, month] of months.entries()) {
    const starts = steps(month, months[index + 1] ?? toMs, dayMs);
    await sealSpans(client, { envId, span: 'day', starts }, options);
  }
  await sealSpans(client, { envId, span: 'month', starts: months }, options);
  return stored;
}
