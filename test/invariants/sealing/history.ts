import { Decisions, type MadeDecision, World } from '../kit/decisions.ts';
import { type Shape, Source } from './source-hour.ts';

/** When a decision is served, first of all. */
export type Phase = 'history' | 'late' | 'restored' | 'frozen' | 'two sealers' | 'broken' | 'too late' | 'never';

const hourMs = 3_600_000;
/** Three days (UTC) over the end of a month, and of a leap day: so that days and a month are over, whenever this runs. */
export const startMs = Date.UTC(2024, 1, 28);
const hours = 72;
const first = new World('env-sealing-first', startMs, hours);
const second = new World('env-sealing-second', startMs, hours);
export const worlds = [first, second] as const;
export const { endMs } = first;

const emptyHours = [10, 47];
const brokenHours = [5, 26, 50];
/** In these, something is served that nobody will ever understand. */
const noisyHours = [33, 60];
/** Some decisions of this hour are served when it is kept as sums only. */
const lateHour = 27;
/** Of twenty decisions these are served later than the others. */
const laterPhases: readonly Phase[] = ['late', 'restored', 'frozen', 'two sealers'];
/** What is older than this expires in the end, but for what the hold keeps. */
export const keptFromMs = startMs + 48 * hourMs;
/** A whole day of one environment. */
export const held = { envId: second.envId, fromMs: startMs, toMs: startMs + 24 * hourMs };

function shapesOf(world: World): (hour: number) => Shape {
  const special: Record<number, Shape> =
    world === first ? { 20: 'half unreadable', 31: 'half open' } : { 0: 'begins inside', 40: 'half open' };
  return (hour) => special[hour] ?? 'whole';
}

export function makeSources(count: number, seed: number): [Source, Source] {
  const half = Math.ceil(count / 2);
  return [
    new Source(new Decisions(half, seed, first), shapesOf(first)),
    new Source(new Decisions(half, seed + 1, second), shapesOf(second)),
  ];
}

function phaseOf(source: Source, made: MadeDecision): Phase {
  const hour = Math.floor((made.atMs - startMs) / hourMs);
  if (emptyHours.includes(hour) || !source.hourOf(made).lists(made.atMs)) return 'never';
  const turn = Number.parseInt(made.id.slice(0, 8), 16) % 20;
  if (brokenHours.includes(hour) && turn > 16) return 'broken';
  if (hour === lateHour && turn < 3) return 'too late';
  const phase = laterPhases[turn] ?? 'history';
  // Nobody knows yet what is listed in what is open: were it lost there, that would be known when it is closed.
  return phase === 'restored' && source.hourOf(made).shape === 'half open' ? 'late' : phase;
}

/** The decisions of a source by when they are served first, in the order of time. */
export function byPhase(source: Source): ReadonlyMap<Phase, readonly MadeDecision[]> {
  const all = Array.from({ length: source.decisions.count }, (_, n) => source.decisions.at(n));
  return Map.groupBy(all, (made) => phaseOf(source, made));
}

/** Decisions like which noise is served: some of each noisy hour. */
export function noiseOf(source: Source): readonly MadeDecision[] {
  return noisyHours.flatMap((hour) => {
    const { from } = source.decisions.ofHour(hour);
    return [source.decisions.at(from), source.decisions.at(from + 1)];
  });
}
