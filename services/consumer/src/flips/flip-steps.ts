import { hourMs } from '@custody/decision';
import type { FlipRange, HourOfDecisions } from '@custody/store';

/** Hours that are computed at once. */
export interface FlipStep extends FlipRange {
  readonly hours: readonly HourOfDecisions[];
}

export interface PlanOptions {
  /** Most decisions of a step, unless a single hour has more. */
  readonly mostRows: number;
  /** Whether hours that are not among the given ones have no decisions, so that a step may reach across them. */
  readonly isComplete: boolean;
}

const monthOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 7);
const rowsOf = (hours: readonly HourOfDecisions[]) => hours.reduce((sum, { decisions }) => sum + decisions, 0);

/**
 * Cuts the hours that are due into steps, in the given order. A step stays inside a month, a partition of the store. What
 * came before a step is looked up once for all of its hours, so that a history is cheaper in large steps.
 */
export function planFlipSteps(hours: readonly HourOfDecisions[], { mostRows, isComplete }: PlanOptions): FlipStep[] {
  const steps: FlipStep[] = [];
  let isOpen = false;
  for (const hour of hours) {
    const { envId, hourStartMs: fromMs, decisions, isDue } = hour;
    const last = steps.at(-1);
    if (
      isDue &&
      isOpen &&
      last?.envId === envId &&
      (isComplete || last.toMs === fromMs) &&
      monthOf(last.fromMs) === monthOf(fromMs) &&
      rowsOf(last.hours) + decisions <= mostRows
    ) {
      steps[steps.length - 1] = { ...last, toMs: fromMs + hourMs, hours: [...last.hours, hour] };
    } else if (isDue) steps.push({ envId, fromMs, toMs: fromMs + hourMs, hours: [hour] });
    isOpen = isDue;
  }
  return steps;
}
