import type { SeededRandom } from '../../kit/seeded-random.ts';
import type { MadeDecision } from '../kit/decisions.ts';
import type { Stage } from '../kit/stage.ts';
import type { Actors } from './actors.ts';
import type { Phase } from './history.ts';
import type { Judge } from './judge.ts';
import type { Poller } from './poller.ts';
import type { Source, SourceHour } from './source-hour.ts';
import type { ViewWatch } from './view-watch.ts';
import type { Views } from './views.ts';

/** What every step is taken with. */
export interface StepParts {
  readonly stage: Stage;
  readonly random: SeededRandom;
  /** How often each accident befalls. */
  readonly rounds: number;
  readonly sources: readonly [Source, Source];
  readonly phases: readonly ReadonlyMap<Phase, readonly MadeDecision[]>[];
  readonly poller: Poller;
  readonly views: Views;
  readonly actors: Actors;
  readonly watch: ViewWatch;
  readonly judge: Judge;
}

/** Something that happens to hours, with what has to be so after it. */
export type Step = (parts: StepParts) => Promise<void>;

/** Serves a part of what comes later; resolves with the hours that have to be listed again. */
export async function serveLater(parts: StepParts, phase: Phase, from = 0, to = 1): Promise<SourceHour[]> {
  const hours: SourceHour[] = [];
  for (const [one, source] of parts.sources.entries()) {
    const all = parts.phases[one]?.get(phase) ?? [];
    const part = parts.random.shuffled(all.slice(Math.floor(all.length * from), Math.floor(all.length * to)));
    await parts.poller.serve(source, part);
    hours.push(...hoursOf(source, part));
  }
  return hours;
}

/** The hours that decisions lie in. */
export function hoursOf(source: Source, decisions: readonly MadeDecision[]): SourceHour[] {
  return [...new Set(decisions.map((made) => source.hourOf(made)))];
}
