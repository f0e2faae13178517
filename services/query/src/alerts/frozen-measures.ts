import { type AlertTransition, dayMs } from '@custody/decision';
import {
  alertIdOf,
  defaultCountModel,
  defaultPrior,
  frozenMeasure,
  type HeldAlert,
  type KindPrior,
  spanOf,
} from '@custody/detect';
import type { LookOfSubject } from '@custody/store';

/** What a window of denials is measured by. */
export interface Measured {
  /** `null` where the rule has no opinion. */
  readonly expected: number | null;
  readonly bound: number;
}

type MeasuredAt = (endMs: number) => Measured | null;

/** By the baseline that the alert kept when it was opened; what the look holds of it is as the alerter wrote it. */
function byLook({ alerts, prior }: LookOfSubject, { alertId, window }: AlertTransition): MeasuredAt | null {
  const held = alerts.map((text) => JSON.parse(text) as HeldAlert);
  const own = held.find((one) => (one.told?.alertId ?? alertIdOf(one)) === alertId);
  if (own === undefined || own.alert.baseline === null) return null;
  const usual = prior === '' ? defaultPrior(defaultCountModel) : (JSON.parse(prior) as KindPrior);
  const span = spanOf(window.toMs - window.fromMs, defaultCountModel.calendar);
  return (endMs) => frozenMeasure(own.alert, usual, { endMs, span }, defaultCountModel);
}

/** A day is the longest that a baseline is frozen: afterwards nobody has recorded what is usual. */
const frozenMs = dayMs;

/**
 * What the windows around an alert are measured by: by the baseline of its opening where the look is still on record, else by
 * what its steps say, while it lasted; `null` where neither is known. `look`: that opened it.
 */
export function measuresOf(steps: readonly AlertTransition[], look: LookOfSubject | null): MeasuredAt {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return () => null;
  const untilMs = first.openedAtMs + frozenMs;
  const frozen = first.detector === 'spike' && look !== null ? byLook(look, last) : null;
  const isLasting = (endMs: number) => endMs >= first.window.toMs && endMs <= (last.resolvedAtMs ?? untilMs);
  const judged = steps.filter(({ window }) => window.toMs - window.fromMs === last.window.toMs - last.window.fromMs);
  return (endMs) => {
    if (endMs > untilMs) return null;
    if (frozen !== null) return frozen(endMs);
    const step = judged.findLast(({ window }) => window.toMs <= endMs) ?? judged[0];
    return step !== undefined && isLasting(endMs) ? { expected: step.expected, bound: step.bound } : null;
  };
}
