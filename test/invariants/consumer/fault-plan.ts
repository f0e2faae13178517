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

/** How often each kill is in a block, and in a short one. */
const killsOfABlock: readonly { readonly kill: Kill; readonly times: number; readonly shortly: number }[] = [
  { kill: 'consumer', times: 4, shortly: 2 },
  { kill: 'store', times: 3, shortly: 1 },
  { kill: 'consumer and store', times: 2, shortly: 1 },
  { kill: 'all consumers', times: 1, shortly: 1 },
  { kill: 'replayer', times: 1, shortly: 1 },
  { kill: 'everything', times: 2, shortly: 1 },
];
/** In this order, spread over a block. */
const events: readonly Event[] = ['a second group begins', 'a member joins', 'freeze a member', 'a member leaves'];

export interface PlanOptions {
  readonly blocks: number;
  readonly hasBroker: boolean;
  /** Each kind of fault all the same, most of them once. */
  readonly isShort: boolean;
}

function block(random: SeededRandom, { hasBroker, isShort }: PlanOptions): Round[] {
  const kills = killsOfABlock.flatMap(({ kill, times, shortly }) =>
    Array.from({ length: isShort ? shortly : times }, () => kill),
  );
  const shuffled = random.shuffled(hasBroker ? [...kills, 'broker' as const] : kills);
  const everyRounds = Math.floor(shuffled.length / (events.length + 1));
  return shuffled.map((kill, round) => ({
    kill,
    event: (round + 1) % everyRounds === 0 ? (events[(round + 1) / everyRounds - 1] ?? null) : null,
  }));
}

/** Blocks of twenty kills and more, of ten where they are short, each with every kind of fault, in an order of the seed's. */
export function faultPlan(random: SeededRandom, options: PlanOptions): Round[] {
  return Array.from({ length: options.blocks }, () => block(random, options)).flat();
}
