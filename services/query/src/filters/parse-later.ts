import { dayMs, parseTimeText } from '@custody/decision';
import { badParameter } from '../http/problem.ts';

/** How far ahead a time may lie, with the words for it. */
export interface Longest {
  readonly ms: number;
  readonly words: string;
}

export const tenYears: Longest = { ms: 3_660 * dayMs, words: 'ten years' };

/**
 * A time to come, milliseconds since the epoch: RFC 3339, a date, or a time from now like `12h`, `90d` or `8w`. Throws
 * `QUERY_BAD_PARAMETER`.
 */
export function parseLater(parameter: string, text: string, nowMs: number, longest: Longest): number {
  const [, amount] = /^\+?(\d{1,6}[mhdw])$/.exec(text) ?? [];
  // A time ago, mirrored.
  const agoMs = amount === undefined ? null : parseTimeText(`-${amount}`, nowMs);
  const atMs = amount === undefined ? parseTimeText(text, nowMs) : agoMs === null ? null : 2 * nowMs - agoMs;
  if (atMs !== null && atMs > nowMs && atMs < nowMs + longest.ms) return atMs;
  const example = `write 8h, 7d or ${new Date(nowMs + 7 * dayMs).toISOString().slice(0, 10)}`;
  throw badParameter(parameter, `${JSON.stringify(text)} is no time to come within ${longest.words}; ${example}`);
}
