import { secondMs } from '@custody/decision';
import {
  type FaultName,
  type FaultSettings,
  parseSwitches,
  type Variants,
  variantMeanings,
} from '@custody/permit-simulator';
import type { Dice } from './dice.ts';
import type { Tally } from './tally.ts';

/** What a world allows of the faults: with more than this, nobody could keep the promises that are judged. */
export interface Bounds {
  /** A row is never later than this where rows come in time, milliseconds. */
  readonly latestMs: number;
  /** How far the source's `Date` may be ahead, milliseconds. */
  readonly aheadMs: number;
  readonly mayDelete: boolean;
  /** Whether a whole listing may be said to be empty while it is not. */
  readonly mayLie: boolean;
  /** Whether the poller has to do with its own clock at times. */
  readonly mayHideDate: boolean;
  readonly mayBurst: boolean;
  /** The last result that the source hands out. */
  readonly mostResults: number;
}

type Drawing<Name extends FaultName> = (dice: Dice, share: number, bounds: Bounds) => FaultSettings[Name];

const strike = (_dice: Dice, share: number) => ({ share });
const refusal = (_dice: Dice, share: number) => ({ share: share / 2 });
const waiting = (dice: Dice, share: number) => ({ share, seconds: dice.oneOf(1, 20, 70) });
const arrival = (dice: Dice, share: number, { latestMs }: Bounds) => {
  return { share, upToSeconds: dice.between(1, latestMs / secondMs) };
};

/** Every fault of the simulator. A fault that comes new to it fails to compile until it is drawn here. */
const drawings: { readonly [Name in FaultName]-?: Drawing<Name> } = {
  '429': (dice, share) => {
    return { share, retryAfter: dice.oneOf('seconds', 'date', 'absent'), waitSeconds: dice.oneOf(0, 5, 60) };
  },
  '403': refusal,
  '404': refusal,
  '500': strike,
  '502': strike,
  '503': strike,
  '504': strike,
  // Of further pages the count on the first one tells that they are not empty.
  empty: (_dice, share, { mayLie }) => ({ share, fromPage: mayLie ? 1 : 2 }),
  garbage: strike,
  html: (dice, share) => ({ share, fromPage: dice.oneOf(1, 2) }),
  'truncated-json': strike,
  'truncated-length': strike,
  'truncated-chunk': strike,
  'reset-midway': strike,
  reset: strike,
  slow: waiting,
  trickle: waiting,
  late: arrival,
  'between-pages': arrival,
  retention: (dice) => ({ seconds: dice.oneOf(900, 1_800, 5_400) }),
  burst: (dice, _share, { mostResults }) => {
    return { count: mostResults + dice.between(0, mostResults), spread: dice.oneOf('wide', 'wide', 'one') };
  },
  date: (dice, _share, { aheadMs, mayHideDate }) => {
    const jumpSeconds = dice.oneOf(0, aheadMs / secondMs / 2);
    const offSeconds = dice.oneOf(-600, -20, aheadMs / secondMs - jumpSeconds);
    return { offSeconds, jumpSeconds, absent: mayHideDate && dice.chance(0.5) };
  },
};

export const faultNames = Object.keys(drawings) as FaultName[];

/** `NAME=VALUE` for every value of every variant. */
export const variantTexts = Object.entries(variantMeanings).flatMap(([name, values]) => {
  return Object.keys(values).map((value) => `${name}=${value}`);
});

/** Each variant as it is by default, or in any of its forms. */
export function drawVariants(dice: Dice, tally: Tally): Partial<Variants> {
  const texts = Object.entries(variantMeanings).flatMap(([name, values]) => {
    return dice.chance(0.5) ? [] : [`${name}=${dice.oneOf(...Object.keys(values))}`];
  });
  for (const text of texts) tally.note(text);
  return parseSwitches({ variants: texts }).variants;
}

/** Up to three faults, or none. */
export function drawFaults(dice: Dice, bounds: Bounds, tally: Tally): FaultSettings {
  const settings: Partial<Record<FaultName, unknown>> = {};
  const forbidden = [...(bounds.mayDelete ? [] : ['retention']), ...(bounds.mayBurst ? [] : ['burst'])];
  const names = faultNames.filter((name) => !forbidden.includes(name));
  for (let left = dice.between(0, 3); left > 0; left -= 1) {
    const name = dice.oneOf(...names);
    settings[name] = drawings[name](dice, dice.oneOf(0.05, 0.2, 0.5), bounds);
    tally.note(name);
  }
  return settings as FaultSettings;
}
