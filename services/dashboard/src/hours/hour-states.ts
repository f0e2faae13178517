import type { CoveredHour, HourState } from '../api/hour-questions.ts';

/** How an hour is shown: as the API says it is, and apart where its decisions are kept as sums only. */
export type Look = HourState | 'expired';

interface LookWords {
  readonly name: string;
  /** Told by shape as well as by colour: what stands in the cell. */
  readonly sign: string;
  /** What becomes of it, or who has to do what. */
  readonly next: string;
}

/** In the order of a legend: what is well first. */
export const looks: Readonly<Record<Look, LookWords>> = {
  complete: { name: 'Complete', sign: '', next: '' },
  empty: { name: 'Empty', sign: '0', next: 'The source listed nothing of it, and nothing is stored.' },
  expired: {
    name: 'Sums only',
    sign: 'Σ',
    next: 'Its decisions expired by the retention that is set; their sums and the seal stay.',
  },
  unsealed: {
    name: 'Interim',
    sign: '~',
    next: 'It is sealed by itself, usually within minutes. Until then its figures may still change.',
  },
  open: { name: 'Open', sign: '…', next: 'Nothing is wrong: it closes when no late decision is awaited any more.' },
  changed: {
    name: 'Changed since',
    sign: '↻',
    next: 'It is sealed again by itself; the new seal is a further revision.',
  },
  incomplete: {
    name: 'Incomplete',
    sign: '!',
    next: 'It is sealed again when it is mended. Dead letters: custody dead-letters list. Everything else: custody doctor.',
  },
  unreadable: {
    name: 'Unreadable',
    sign: '?',
    next: 'More happened within a second than the source lists at once. It is kept on record as not readable in full.',
  },
  blind: {
    name: 'Blind',
    sign: '×',
    next: 'It is read again by itself as long as the source still has it. custody doctor says what keeps it from being read.',
  },
};

export const lookNames = Object.keys(looks) as Look[];

/** Looks that somebody should know of. */
const troubled: readonly Look[] = ['changed', 'incomplete', 'unreadable', 'blind'];

export function lookOf({ state, raw_expired }: CoveredHour): Look {
  return raw_expired && (state === 'complete' || state === 'empty') ? 'expired' : state;
}

export function isTroubled(hour: CoveredHour): boolean {
  return troubled.includes(lookOf(hour));
}
