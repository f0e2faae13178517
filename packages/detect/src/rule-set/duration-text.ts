import { dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';

const unitMs: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };

/** Milliseconds of a duration as people write it: `30s`, `5m`, `24h`, `14d`, `2w`. `null` for any other text. */
export function parseDurationText(text: string): number | null {
  const [, amount, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? null : Number(amount) * (unitMs[unit] ?? 0);
}

/** The shortest text that means so many milliseconds, to the second. */
export function durationText(ms: number): string {
  const unit = ['w', 'd', 'h', 'm'].find((it) => ms > 0 && ms % (unitMs[it] ?? 1) === 0) ?? 's';
  return `${Math.round(ms / (unitMs[unit] ?? 1))}${unit}`;
}
