/** Trust levels, as roles of a server's resource type and as relations of a ceiling. */
export const levels = ['low', 'medium', 'high'] as const;
export type Level = (typeof levels)[number];

/** 1 low, 2 medium, 3 high; 0 is "no access". */
export type Rank = 0 | 1 | 2 | 3;

export function rankOf(level: Level): Rank {
  return (levels.indexOf(level) + 1) as Rank;
}

export function levelOf(rank: Rank): Level | undefined {
  return levels[rank - 1];
}
