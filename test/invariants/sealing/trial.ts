import { SeededRandom } from '../../kit/seeded-random.ts';
import type { Stage } from '../kit/stage.ts';
import { expiry, frozen, putBack, twoSealers } from './accident-steps.ts';
import { Actors } from './actors.ts';
import { byPhase, makeSources } from './history.ts';
import { Judge } from './judge.ts';
import { Poller } from './poller.ts';
import type { Step } from './step.ts';
import { deadLetters, history, lateGrants, lateRows, mend, replays } from './usual-steps.ts';
import { ViewWatch } from './view-watch.ts';
import { Views } from './views.ts';

export interface TrialOptions {
  readonly seed: number;
  /** How many decisions there are. */
  readonly count: number;
  /** How often each accident befalls. */
  readonly rounds: number;
  /** Whether all steps are taken. */
  readonly isWhole: boolean;
}

/** `true`: in the short form too. The others take longer, and are each tried alone in the tests of the services. */
const steps: readonly (readonly [string, Step, boolean])[] = [
  ['history', history, true],
  ['replays', replays, false],
  ['late rows', lateRows, true],
  ['dead letters', deadLetters, false],
  ['dead letters mended', mend, false],
  ['grants learned late', lateGrants, false],
  ['a store put back', putBack, false],
  ['a frozen sealer', frozen, false],
  ['two sealers at once', twoSealers, true],
  ['expiry', expiry, true],
];

/**
 * One way of decisions into sealed hours, past everything that may happen to them, judged after each step. Fails with the
 * first thing that is not as it should be; resolves with what was done and survived.
 */
export async function runTrial(stage: Stage, { seed, count, rounds, isWhole }: TrialOptions): Promise<string> {
  const random = new SeededRandom(seed);
  const views = new Views(stage);
  const sources = makeSources(count, seed);
  const poller = new Poller(stage, random);
  const watch = new ViewWatch(stage.instance, (envId) => poller.served.get(envId) ?? 0);
  const actors = await Actors.start(stage, views, random);
  const judge = new Judge({ stage, views, watch, poller, random, sources });
  const phases = sources.map(byPhase);
  const parts = { stage, random, rounds, sources, phases, poller, views, actors, watch, judge };
  let step = 'the start';
  try {
    await actors.ready();
    for (const source of sources) await poller.begin(source);
    watch.start();
    for (const [name, take, isShort] of steps) {
      if (!isWhole && !isShort) continue;
      step = name;
      await take(parts);
    }
  } catch (error) {
    throw new Error(`${step}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await watch.stop();
    await actors.stop();
  }
  watch.check();
  const counts = { ...Object.fromEntries(actors.counts), duplicates: poller.duplicates };
  const survived = Object.entries(counts).map(([kind, times]) => `${kind} ${times}`);
  const { reads, refused } = watch;
  return `${count} decisions, ${actors.kills} kills, seed ${seed}: ${survived.join(', ')}, ${poller.repaired.length} hours read again; all views compared ${judge.comparisons} times, ${reads} reads meanwhile, ${refused} refused`;
}
