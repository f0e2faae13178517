import type { SeededRandom } from '../../kit/seeded-random.ts';

/** What is killed with SIGKILL, all of it at one moment. */
export type Kill = 'consumer' | 'store' | 'consumer and store' | 'all consumers' | 'replayer' | 'everything' | 'broker';

/** What happens beside a kill. */
export type Event = 'freeze a member' | 'a member joins' | 'a member leaves' | 'a second group begins';

/** One slice of the decisions, and what happens while it travels. */
export interface Round {
  readonly kill: Kill;
  readonly event: Event | null;
}

const killsOfABlock: readonly (readonly [Kill, number])[] = [
  ['consumer', 4],
  ['store', 3],
  ['consumer and store', 2],
  ['all consumers', 1],
  ['replayer', 1],
  ['everything', 2],
];
/** In this order, spread over a block. */
const events: readonly Event[] = ['a second group begins', 'a member joins', 'freeze a member', 'a member leaves'];

function block(random: SeededRandom, hasBroker: boolean): Round[] {
  const kills = killsOfABlock.flatMap(([kill, times]) => Array.from({ length: times }, () => kill));
  const shuffled = random.shuffled(hasBroker ? [...kills, 'broker' as const] : kills);
  const everyRounds = Math.floor(shuffled.length / (events.length + 1));
  return shuffled.map((kill, round) => ({
    kill,
    event: (round + 1) % everyRounds === 0 ? (events[(round + 1) / everyRounds - 1] ?? null) : null,
  }));
}

/** Blocks of twenty kills and more, each with every kind of fault in it, in an order of the seed's. */
export function faultPlan(random: SeededRandom, blocks: number, hasBroker: boolean): Round[] {
  return Array.from({ length: blocks }, () => block(random, hasBroker)).flat();
}
