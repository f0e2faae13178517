import type { HourBuild, HourFacts, SealStatement } from '@custody/store';

/** Why an hour is not sealed as it is now. */
export type WaitReason =
  /** It is proven by now, and its turn comes. */
  | 'queued'
  /** Some of it is not read, or open again. */
  | 'unproven'
  /** Rows of it are being attributed anew. */
  | 'unsettled'
  /** Something was stored in it while it was summed up. */
  | 'changed'
  /** The store has not the memory or the time to sum it up. */
  | 'too_large'
  /** Listed decisions are neither stored nor dead letters. */
  | 'missing'
  /** As many are stored as were listed, and others. */
  | 'other_ids'
  /** More are stored than were listed, lately: what lists them follows. */
  | 'unlisted';

export interface HourToJudge {
  readonly facts: HourFacts;
  /** The rows that were summed up. */
  readonly build: Pick<HourBuild, 'stored' | 'idsXor' | 'content'>;
  readonly deadLetters: number;
  /** Whether the source has deleted by now what it once had of the hour. */
  readonly isPastRetention: boolean;
  /** Whether nothing was stored in it for some minutes. */
  readonly isQuiet: boolean;
}

export type Judgement =
  | { readonly outcome: 'sealed'; readonly statement: SealStatement }
  | {
      readonly outcome: 'waits';
      readonly why: WaitReason;
      /** What to ask the poller to read the hour again for. */
      readonly repair: string | null;
    };

const nothingListed = {
  isProven: false,
  beginsInside: false,
  listed: 0,
  deletedAtSource: 0,
  unreadableSeconds: 0,
  listedIdsXor: '',
} as const;

function waits(why: WaitReason, repair: string | null = null): Judgement {
  return { outcome: 'waits', why, repair };
}

/**
 * Holds what was listed of an hour against what is stored of it. Rows that may still come are waited for; past the
 * source's retention the hour is sealed with what it lacks.
 */
export function judgeHour({ facts, build, deadLetters, isPastRetention, isQuiet }: HourToJudge): Judgement {
  const { isProven, beginsInside, ...listing } = facts.listing ?? nothingListed;
  if (!isProven && !isPastRetention) return waits('unproven');
  const { listed, deletedAtSource, unreadableSeconds, listedIdsXor } = listing;
  const { stored, content } = build;
  const found = stored + deadLetters;
  const missing = Math.max(0, listed - found);
  // Of what the source deleted, all that is neither here nor counted as missing.
  const lost = Math.max(0, listed + deletedAtSource - found) - missing;
  const isExact = isProven && unreadableSeconds === 0;
  const isUnlisted = isExact && found > listed + deletedAtSource;
  const isComparable = isExact && deletedAtSource === 0 && deadLetters === 0 && stored === listed;
  const hasOtherIds = isComparable && listedIdsXor !== '' && build.idsXor !== listedIdsXor;
  if (!isPastRetention && missing > 0) {
    return waits('missing', `${missing} of ${listed} listed decisions are neither stored nor dead letters`);
  }
  if (!isPastRetention && hasOtherIds) {
    return waits('other_ids', `${stored} decisions are stored as were listed, but not the same ones`);
  }
  if (isUnlisted && !isQuiet) return waits('unlisted');
  const reasons = Object.entries({
    dead_letters: deadLetters > 0,
    unreadable: unreadableSeconds > 0,
    history_begins: beginsInside,
    never_proven: !isProven,
    missing: missing > 0,
    other_ids: hasOtherIds,
    unlisted: isUnlisted,
    deleted_at_source: lost > 0,
  }).flatMap(([reason, holds]) => (holds ? [reason] : []));
  const state = reasons.length > 0 ? 'incomplete' : stored === 0 ? 'empty' : 'complete';
  const counts = { stored, listed, deadLetters, missing, deletedAtSource, unreadableSeconds };
  return { outcome: 'sealed', statement: { state, ...counts, listedIdsXor, reasons, content } };
}
