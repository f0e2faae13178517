import { dayMs, hourMs } from '@custody/decision';
import type { HourFacts } from '@custody/store';
import type { WaitReason } from './judge-hour.ts';

/** Why an hour that has a seal is sealed anew. */
export type Cause = 'rows' | 'listing' | 'dead_letters' | 'verification';

/** Hours of one environment and month that are summed up at once, newest first. */
export interface SealingBatch {
  readonly envId: string;
  readonly hours: readonly HourFacts[];
}

export interface WaitingHour {
  readonly hour: HourFacts;
  readonly why: WaitReason;
}

export interface SealingPlan {
  readonly batches: readonly SealingBatch[];
  readonly waiting: readonly WaitingHour[];
}

export interface PlanOptions {
  readonly nowMs: number;
  readonly retentionMs: number;
  /** Most decisions of a batch, unless a single hour has more. */
  readonly mostRows: number;
  readonly deadLettersOf: (hour: HourFacts) => number;
  /** Why an hour that was looked at before is better left alone for a while; `null`: it is not. */
  readonly putOff: (hour: HourFacts) => WaitReason | null;
}

/** Beyond what the source is said to keep: it may be slow to delete. */
const retentionMarginMs = dayMs;

/** Whether what the source had of the hour is gone by now. */
export function isPastRetention(hourStartMs: number, nowMs: number, retentionMs: number): boolean {
  return hourStartMs + hourMs + retentionMs + retentionMarginMs < nowMs;
}

/**
 * Why the hour's seal says no longer what is so; nothing where it does, or where it has none. `isDoubted`: the hour was
 * found to be wrong, and something said of it for that reason.
 */
export function causesOf(hour: HourFacts, deadLetters: number, isDoubted = false): Cause[] {
  const { seal, listing, saidAtUs, isSealed } = hour;
  if (seal === null) return [];
  const isListingOther =
    listing !== null &&
    (seal.listed !== listing.listed ||
      seal.deletedAtSource !== listing.deletedAtSource ||
      seal.unreadableSeconds !== listing.unreadableSeconds ||
      seal.listedIdsXor !== listing.listedIdsXor ||
      seal.reasons.includes('history_begins') !== listing.beginsInside ||
      seal.reasons.includes('never_proven') === listing.isProven);
  const causes: Record<Cause, boolean> = {
    rows: saidAtUs > 0 && !isSealed && !isDoubted,
    listing: isListingOther,
    // Fewer than before were stored, which is said, or have left the log, which changes nothing.
    dead_letters: deadLetters > seal.deadLetters,
    verification: isDoubted,
  };
  return (Object.keys(causes) as Cause[]).filter((cause) => causes[cause]);
}

function rowsOf({ listing, seal }: HourFacts, mostRows: number): number {
  // Of an hour that was never listed nobody knows how many it has: it goes alone.
  if (listing === null && seal === null) return mostRows;
  return Math.max(listing?.listed ?? 0, seal?.stored ?? 0);
}

const monthOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 7);

/**
 * Cuts the hours that are due into batches: the newest first, since most questions are about them and they are quickly
 * done, so that a long history behind them keeps nobody waiting. A batch stays inside a month, a partition of the store.
 */
export function planSealing(hours: readonly HourFacts[], options: PlanOptions): SealingPlan {
  const { nowMs, retentionMs, mostRows, deadLettersOf, putOff } = options;
  const batches: { envId: string; month: string; rows: number; hours: HourFacts[] }[] = [];
  const waiting: WaitingHour[] = [];
  for (const hour of hours) {
    if (hour.seal !== null && causesOf(hour, deadLettersOf(hour)).length === 0) continue;
    const isReady = hour.listing?.isProven || isPastRetention(hour.hourStartMs, nowMs, retentionMs);
    const why = isReady ? (hour.isSettled ? putOff(hour) : 'unsettled') : 'unproven';
    waiting.push({ hour, why: why ?? 'queued' });
    if (why !== null) continue;
    const { envId } = hour;
    const month = monthOf(hour.hourStartMs);
    const rows = rowsOf(hour, mostRows);
    const last = batches.findLast((batch) => batch.envId === envId && batch.month === month);
    if (last !== undefined && last.rows + rows <= mostRows) {
      last.rows += rows;
      last.hours.push(hour);
    } else batches.push({ envId, month, rows, hours: [hour] });
  }
  return { batches: batches.map(({ envId, hours: of }) => ({ envId, hours: of })), waiting };
}
