import { byName } from './finding.ts';

/** Denials of one window by everything that is known of them, added up. */
export interface DeniedCalls {
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  readonly tool: string;
  readonly reason: string;
  readonly denials: number;
  /** Whether the agent had never called this server before; absent where that was not asked. */
  readonly isNewPair?: boolean;
}

export const dimensions = ['agent', 'human', 'server', 'tool', 'reason'] as const;
export type Dimension = (typeof dimensions)[number];

export interface Contributor {
  readonly key: string;
  readonly denials: number;
  /** Of all denials of the window. */
  readonly share: number;
  /** Of the denials of the history; `null` where it has none. */
  readonly usualShare: number | null;
  /** Whether the history has no denial of this key. */
  readonly isNew: boolean;
}

export interface Contributors {
  readonly total: number;
  readonly by: Readonly<Record<Dimension, readonly Contributor[]>>;
  /** How many further keys each dimension has. */
  readonly others: Readonly<Record<Dimension, number>>;
  /** `agent → server` of pairs that were never seen before, the most denied first. */
  readonly newPairs: readonly string[];
}

/** Denials by key as the history has them. */
export type UsualDenials = Readonly<Record<Dimension, ReadonlyMap<string, number>>>;

function addUp(calls: readonly DeniedCalls[], keyOf: (call: DeniedCalls) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const call of calls) {
    const key = keyOf(call);
    if (key !== '') sums.set(key, (sums.get(key) ?? 0) + call.denials);
  }
  return [...sums].sort((a, b) => b[1] - a[1] || byName<[string, number]>(([key]) => key)(a, b));
}

/** Who and what made up the denials of a window, the largest first, and what of it is new. */
export function contributorsOf(
  calls: readonly DeniedCalls[],
  usual: UsualDenials | null = null,
  top = 5,
): Contributors {
  const total = calls.reduce((sum, { denials }) => sum + denials, 0);
  const by = {} as Record<Dimension, Contributor[]>;
  const others = {} as Record<Dimension, number>;
  for (const dimension of dimensions) {
    const before = usual?.[dimension];
    const allBefore = before === undefined ? 0 : [...before.values()].reduce((sum, denials) => sum + denials, 0);
    const sums = addUp(calls, (call) => call[dimension]);
    by[dimension] = sums.slice(0, top).map(([key, denials]) => ({
      key,
      denials,
      share: denials / total,
      usualShare: allBefore === 0 ? null : (before?.get(key) ?? 0) / allBefore,
      isNew: before !== undefined && !before.has(key),
    }));
    others[dimension] = Math.max(0, sums.length - top);
  }
  const pairs = addUp(
    calls.filter(({ isNewPair = false }) => isNewPair),
    ({ agent, server }) => `${agent} → ${server}`,
  );
  return { total, by, others, newPairs: pairs.map(([pair]) => pair) };
}
