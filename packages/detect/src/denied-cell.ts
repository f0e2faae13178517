import { minuteMs, type TimeRange } from '@custody/decision';
import type { DeniedCalls } from './contributors.ts';
import type { Subject } from './finding.ts';

/** Denials of a minute (or of a bucket) by everything that is known of them; `tool` is `server:tool`. */
export interface DeniedCell extends DeniedCalls {
  /** Where its time begins. */
  readonly atMs: number;
}

/** Whether denials count for a subject. */
export function isOf(
  { agent, human, server, tool, reason }: DeniedCalls,
  { kind, key }: Omit<Subject, 'envId'>,
): boolean {
  if (kind === 'environment') return true;
  if (kind === 'pair') return key === `${agent} → ${server}`;
  if (kind === 'tool') return key === tool || key === `${server}:${tool}`;
  return key === { agent, human, server, reason }[kind];
}

/** The denials of one subject in a range, which may begin within a minute. */
export function cellsOf(cells: readonly DeniedCell[], subject: Omit<Subject, 'envId'>, range: TimeRange): DeniedCell[] {
  const fromMs = Math.floor(range.fromMs / minuteMs) * minuteMs;
  return cells.filter((cell) => cell.atMs >= fromMs && cell.atMs < range.toMs && isOf(cell, subject));
}
