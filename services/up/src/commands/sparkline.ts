const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Counts as a line of bars, one each: a dot for none, the highest for the most. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count) => (count === 0 ? '·' : bars[Math.ceil((count / most) * bars.length) - 1])).join('');
}
