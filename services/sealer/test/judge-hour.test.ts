import type { HourFacts, ListedFacts } from '@custody/store';
import { describe, expect, test } from 'vitest';
import { type HourToJudge, judgeHour } from '../src/judge-hour.ts';

const ids = (digit: string) => digit.repeat(32);

interface Case extends Partial<Omit<HourToJudge, 'facts' | 'build'>> {
  readonly listing?: Partial<ListedFacts> | null;
  readonly stored?: number;
  readonly idsXor?: string;
}

/** What an hour comes to of which five decisions were listed and stored, but for what the case says. */
function judged({ listing = {}, stored = 5, idsXor = ids('a'), ...rest }: Case) {
  const usual: ListedFacts = {
    ...{ isProven: true, beginsInside: false, listed: 5, deletedAtSource: 0, unreadableSeconds: 0 },
    ...{ listedIdsXor: ids('a'), updatedAtMs: 1 },
  };
  const facts: HourFacts = {
    ...{ envId: 'env-1', hourStartMs: 0, saidAtUs: 1, isSettled: true, isSealed: false, isExpired: false, seal: null },
    listing: listing === null ? null : { ...usual, ...listing },
  };
  const build = { stored, idsXor, content: ids('c') };
  const judgement = judgeHour({ facts, build, deadLetters: 0, isPastRetention: false, isQuiet: true, ...rest });
  if (judgement.outcome === 'waits') return `waits: ${judgement.why}${judgement.repair === null ? '' : ', asks'}`;
  const { state, reasons, missing } = judgement.statement;
  return [state, ...reasons, ...(missing > 0 ? [missing] : [])].join(' ');
}

describe('an hour', () => {
  test.each<[string, Case, string]>([
    ['all listed decisions stored', {}, 'complete'],
    [
      'nothing listed, nothing stored',
      { listing: { listed: 0, listedIdsXor: ids('0') }, stored: 0, idsXor: ids('0') },
      'empty',
    ],
    ['ids that nobody told', { listing: { listedIdsXor: '' }, idsXor: ids('b') }, 'complete'],
    ['one that could not be understood', { stored: 4, deadLetters: 1 }, 'incomplete dead_letters'],
    ['what the source deleted is stored', { listing: { listed: 2, deletedAtSource: 3 } }, 'complete'],
    [
      'what it deleted was read by nobody',
      { listing: { listed: 5, deletedAtSource: 3 } },
      'incomplete deleted_at_source',
    ],
    [
      'several things at once',
      { listing: { beginsInside: true, unreadableSeconds: 2 }, stored: 6 },
      'incomplete unreadable history_begins',
    ],
    ['rows missing', { stored: 3 }, 'waits: missing, asks'],
    ['rows missing in what is left of it', { stored: 3, isPastRetention: true }, 'incomplete missing 2'],
    ['other rows than listed', { idsXor: ids('b') }, 'waits: other_ids, asks'],
    ['other rows, past the retention', { idsXor: ids('b'), isPastRetention: true }, 'incomplete other_ids'],
    ['rows that nobody listed, a moment ago', { stored: 6, isQuiet: false }, 'waits: unlisted'],
    ['rows that nobody lists', { stored: 6 }, 'incomplete unlisted'],
    ['not read to its end', { listing: { isProven: false } }, 'waits: unproven'],
    ['not read to its end, ever', { listing: { isProven: false }, isPastRetention: true }, 'incomplete never_proven'],
    ['never listed at all', { listing: null, isPastRetention: true }, 'incomplete never_proven'],
  ])('with %s', (_, given, expected) => {
    expect(judged(given)).toBe(expected);
  });
});
