import { minuteMs } from '@custody/decision';
import type { Finding } from '../finding.ts';
import { completenessOf, type Reading } from '../reading.ts';
import { duration, many } from '../wording.ts';

/** What is known of an environment's coverage: seconds that are older than the lateness and not proven, or unreadable. */
export interface Coverage {
  readonly envId: string;
  readonly blindSeconds: number;
  readonly unreadableSeconds: number;
  /** When the environment was watched first: time before that is history on its way. Looks of older records do not say it. */
  readonly watchedSinceMs?: number;
}

export interface CoverageRule {
  /** How far reading may be behind. */
  readonly mostBehindMs: number;
  readonly mostBlindSeconds: number;
}

export const defaultCoverageRule: CoverageRule = { mostBehindMs: 5 * minuteMs, mostBlindSeconds: 0 };

/** Reading that is behind, or time that cannot be accounted for: every other rule is blind there. */
export function coverageLost(
  coverage: Coverage,
  atMs: number,
  reading: Reading,
  rule = defaultCoverageRule,
): Finding | null {
  const readUntilMs = Math.max(reading.readUntilMs, coverage.watchedSinceMs ?? Number.NEGATIVE_INFINITY);
  const behindMs = Math.max(0, atMs - readUntilMs);
  const lostSeconds = coverage.blindSeconds + coverage.unreadableSeconds;
  const isBehind = behindMs > rule.mostBehindMs;
  if (!isBehind && lostSeconds <= rule.mostBlindSeconds) return null;
  const said = [
    isBehind ? `reading is ${duration(behindMs)} behind` : '',
    coverage.blindSeconds > 0 ? `${many(coverage.blindSeconds, 'second')} not proven` : '',
    coverage.unreadableSeconds > 0 ? `${many(coverage.unreadableSeconds, 'second')} unreadable` : '',
  ].filter((part) => part !== '');
  const window = { fromMs: Math.min(readUntilMs, atMs), toMs: atMs };
  return {
    detector: 'coverage_lost',
    subject: { envId: coverage.envId, kind: 'environment', key: '' },
    window,
    observed: isBehind ? Math.round(behindMs / 1_000) + lostSeconds : lostSeconds,
    expected: 0,
    bound: isBehind ? rule.mostBehindMs / 1_000 : rule.mostBlindSeconds + 1,
    probability: null,
    completeness: completenessOf(window, reading),
    sentence: `Custody cannot see all of this environment: ${said.join(', ')}.`,
    unless: `Reading no more than ${duration(rule.mostBehindMs)} behind and no more than ${many(rule.mostBlindSeconds, 'second')} blind or unreadable.`,
    details: { behindMs, blindSeconds: coverage.blindSeconds, unreadableSeconds: coverage.unreadableSeconds },
  };
}
