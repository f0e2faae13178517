import { dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';

/** A number as a sentence has it: whole ones as they are, others with two digits that count. */
export function amount(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (value >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(2)));
}

/** "1 denial", "29 denials". */
export function many(count: number, noun: string): string {
  return `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function percent(share: number): string {
  return `${amount(Number((100 * share).toPrecision(3)))} %`;
}

/** "5 minutes", "3 days": the largest unit that is passed once, in whole numbers. */
export function duration(ms: number): string {
  const units = [
    [dayMs, 'day'],
    [hourMs, 'hour'],
    [minuteMs, 'minute'],
    [secondMs, 'second'],
  ] as const;
  // Two hours are better said as hours than as 120 minutes, 90 minutes better as minutes.
  for (const [unit, noun] of units) {
    if (ms >= 2 * unit || (ms >= unit && ms % unit === 0)) return many(Math.round(ms / unit), noun);
  }
  return many(Math.round(ms / secondMs), 'second');
}

/** Names in a sentence, no more than a few. */
export function names(keys: readonly string[], most = 5): string {
  const shown = keys.slice(0, most).join(', ');
  return keys.length > most ? `${shown} and ${keys.length - most} more` : shown;
}
