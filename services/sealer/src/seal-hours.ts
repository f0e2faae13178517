import { randomUUID } from 'node:crypto';
import { askForRepairs, type Deficit } from '@custody/account';
import { formatTimestamp, hourWindowsKey, minuteMs, secondMs } from '@custody/decision';
import { type HourBuild, type HourFacts, linkSeal, type SealToWrite } from '@custody/store';
import { judgeHour, type WaitReason } from './judge-hour.ts';
import { causesOf, isPastRetention, type SealingBatch } from './plan-sealing.ts';
import type { SealingParts } from './sealing-parts.ts';
import { unlessTooMuch } from './unless-too-much.ts';

/** What became of an hour. */
export type HourOutcome =
  | { readonly facts: HourFacts; readonly outcome: 'sealed' }
  | { readonly facts: HourFacts; readonly outcome: 'waits'; readonly why: WaitReason };

/** Rows that were stored a moment ago may be listed a moment later. */
const quietUs = 10 * minuteMs * 1_000;

interface Judged {
  readonly outcomes: readonly HourOutcome[];
  readonly seals: readonly SealToWrite[];
  readonly deficits: readonly Deficit[];
}

interface SummedUp {
  readonly attempt: string;
  readonly builds: readonly HourBuild[];
}

/** The dead letters of an hour, as the account counts them. */
export function deadLettersOf({ letters }: Pick<SealingParts, 'letters'>): (hour: HourFacts) => number {
  const counts = letters.counts();
  return ({ envId, hourStartMs }) => counts.get(hourWindowsKey(envId, formatTimestamp(hourStartMs))) ?? 0;
}

/**
 * Sums hours up and seals them, in the order that makes every seal true: the store's clock first, then until what stood in
 * the log by then is stored, then the rows, then what was listed and refused, then one insert. What was said of an hour
 * after the clock was read leaves it for the next look.
 */
export async function sealHours(
  parts: SealingParts,
  { envId, hours }: SealingBatch,
  signal: AbortSignal,
): Promise<readonly HourOutcome[]> {
  const { store, letters, decisionsStored, patiently, metrics, logger } = parts;
  const asOfUs = await patiently('read the store’s clock', signal, () => store.clock(signal));
  // The clock was set back, or something came since: what is summed up now would not hold.
  const changed = hours.filter(({ saidAtUs }) => saidAtUs >= asOfUs);
  const left = hours.filter((hour) => !changed.includes(hour));
  const waiting = changed.map((facts): HourOutcome => ({ facts, outcome: 'waits', why: 'changed' }));
  if (left.length === 0) return waiting;
  await decisionsStored(signal);
  const starts = left.map(({ hourStartMs }) => hourStartMs);
  const summedUp = await sumUp(parts, envId, starts, signal);
  if (summedUp === null) return [...waiting, ...(await inParts(parts, { envId, hours: left }, signal))];
  const { attempt, builds } = summedUp;
  const facts = await patiently('look at hours again', signal, () => store.hourFacts(envId, starts, signal));
  await patiently('count dead letters', signal, () => letters.catchUp(signal));
  const doubted = await doubtedAmong(parts, facts, signal);
  const judged = judge(parts, { facts, builds, asOfUs, doubted });
  const sealing = { attempt, asOfUs, seals: judged.seals };
  if (!(await patiently('write seals', signal, () => store.writeSeals(sealing, signal)))) {
    metrics.late.inc();
    logger.warn({ env_id: envId, hours: starts.length }, 'summing up took too long, and counts for nothing: again');
    return waiting;
  }
  tell(parts, envId, judged);
  await repair(parts, judged.deficits, signal);
  return [...waiting, ...judged.outcomes];
}

/** What is too much at once may not be in halves; an hour that is too much alone holds up no other. */
async function inParts(
  parts: SealingParts,
  { envId, hours }: SealingBatch,
  signal: AbortSignal,
): Promise<readonly HourOutcome[]> {
  const [first, ...others] = hours;
  if (first !== undefined && others.length === 0) {
    const hour = formatTimestamp(first.hourStartMs);
    parts.logger.error({ env_id: envId, hour }, 'the store has not the memory or the time to sum up an hour');
    return [{ facts: first, outcome: 'waits', why: 'too_large' }];
  }
  const middle = Math.ceil(hours.length / 2);
  const before = await sealHours(parts, { envId, hours: hours.slice(0, middle) }, signal);
  return [...before, ...(await sealHours(parts, { envId, hours: hours.slice(middle) }, signal))];
}

/**
 * Under a new attempt at each try: one that failed half-way has written a part of its rows. `null` where it is too much for
 * the store.
 */
async function sumUp(
  parts: SealingParts,
  envId: string,
  hours: number[],
  signal: AbortSignal,
): Promise<SummedUp | null> {
  const { store, patiently, clock, metrics } = parts;
  return patiently('sum up hours', signal, async () => {
    const attempt = randomUUID();
    const startedAtMs = clock.now();
    const builds = await unlessTooMuch(store.buildHours({ envId, hours, attempt }, signal));
    if (builds === null) return null;
    metrics.buildSeconds.observe({ span: 'hour' }, (clock.now() - startedAtMs) / secondMs);
    return { attempt, builds };
  });
}

/** Hours, by their starts, that are only said to have changed because they were found to be wrong. */
async function doubtedAmong(
  { store, patiently }: SealingParts,
  facts: readonly HourFacts[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  if (!facts.some(({ seal, isSealed }) => seal !== null && !isSealed)) return new Set();
  const open = await patiently('read what was found', signal, () => store.openFindings(signal));
  const isOf = (envId: string) => facts.some((hour) => hour.envId === envId);
  const wrong = open.filter(({ envId, span, action }) => isOf(envId) && span === 'hour' && action !== 'reported');
  return new Set(wrong.map(({ startMs }) => startMs));
}

interface ToJudge {
  readonly facts: readonly HourFacts[];
  readonly builds: readonly HourBuild[];
  readonly asOfUs: number;
  readonly doubted: ReadonlySet<number>;
}

function judge(parts: SealingParts, { facts, builds, asOfUs, doubted }: ToJudge): Judged {
  const deadOf = deadLettersOf(parts);
  const nowMs = parts.clock.now();
  const buildOf = new Map(builds.map((build) => [build.hourStartMs, build]));
  const outcomes: HourOutcome[] = [];
  const seals: SealToWrite[] = [];
  const deficits: Deficit[] = [];
  for (const hour of facts) {
    const { envId, hourStartMs, saidAtUs, seal } = hour;
    const build = buildOf.get(hourStartMs);
    if (build === undefined || hour.isExpired) continue;
    const moved: WaitReason | null = hour.isSettled ? (saidAtUs >= asOfUs ? 'changed' : null) : 'unsettled';
    if (moved !== null) {
      outcomes.push({ facts: hour, outcome: 'waits', why: moved });
      continue;
    }
    const deadLetters = deadOf(hour);
    const isPast = isPastRetention(hourStartMs, nowMs, parts.retentionMs);
    const isQuiet = asOfUs - saidAtUs > quietUs;
    const judgement = judgeHour({ facts: hour, build, deadLetters, isPastRetention: isPast, isQuiet });
    if (judgement.outcome === 'waits') {
      outcomes.push({ facts: hour, outcome: 'waits', why: judgement.why });
      const { repair: reason } = judgement;
      if (reason !== null) deficits.push({ envId, hour: formatTimestamp(hourStartMs), reason });
      continue;
    }
    const { statement } = judgement;
    seals.push({
      ...{ envId, span: 'hour', startMs: hourStartMs, build: build.build },
      windowsUpdatedAtMs: hour.listing?.updatedAtMs ?? 0,
      causes: causesOf(hour, deadLetters, doubted.has(hourStartMs)),
      said: { ...statement, ...linkSeal(envId, hourStartMs, statement, seal) },
    });
    outcomes.push({ facts: hour, outcome: 'sealed' });
  }
  return { outcomes, seals, deficits };
}

function tell({ metrics, logger }: SealingParts, envId: string, { outcomes, seals }: Judged): void {
  const states = { complete: 0, empty: 0, incomplete: 0 };
  for (const { said, causes } of seals) {
    states[said.state] += 1;
    metrics.seals.inc({ state: said.state });
    metrics.decisions.inc(said.stored);
    for (const cause of causes) metrics.reseals.inc({ cause });
  }
  const reasons = [...new Set(seals.flatMap(({ said }) => said.reasons))];
  const seen = { env_id: envId, ...states, ...(reasons.length > 0 && { reasons }) };
  if (seals.length > 0) logger.info(seen, 'hours are sealed');
  const others = outcomes.filter((one) => one.outcome === 'waits' && one.why === 'other_ids');
  if (others.length === 0) return;
  const hours = others.map(({ facts }) => formatTimestamp(facts.hourStartMs));
  logger.error({ env_id: envId, hours }, 'as many decisions are stored as were listed, but not the same ones');
}

async function repair(parts: SealingParts, deficits: readonly Deficit[], signal: AbortSignal): Promise<void> {
  const { log, patiently, clock, metrics, logger } = parts;
  const wanted = { deficits, requestedBy: 'sealer', nowMs: clock.now() };
  const requests = await patiently('ask for repairs', signal, () => askForRepairs(log, wanted));
  metrics.repairs.inc(requests.length);
  for (const { env_id, hour, reason } of requests) logger.warn({ env_id, hour, reason }, 'an hour is to be read again');
}
