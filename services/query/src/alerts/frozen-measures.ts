import { type AlertTransition, dayMs } from '@custody/decision';
import {
  alertIdOf,
  defaultCountModel,
  defaultPrior,
  frozenMeasure,
  type HeldAlert,
  type KindPrior,
} from '@custody/detect';
import { z } from 'zod';

/** What a window of denials is measured by. */
export interface Measured {
  /** `null` where the rule has no opinion. */
  readonly expected: number | null;
  readonly bound: number;
}

type MeasuredAt = (endMs: number) => Measured | null;

/** As much of a recorded look as is used here; what it holds of an alert is as the alerter wrote it. */
const recordedLook = z.object({
  input: z.object({
    alerts: z.array(z.looseObject({ rule: z.string(), alert: z.looseObject({ baseline: z.unknown() }) })).optional(),
    environments: z.array(z.looseObject({ envId: z.string(), priors: z.record(z.string(), z.unknown()) })),
  }),
});

/** The alert as the look had it that led to a step, with the baseline that it keeps; `null` where it had none. */
function heldIn(look: z.infer<typeof recordedLook>, alertId: string): HeldAlert | null {
  const held = (look.input.alerts ?? []) as unknown as HeldAlert[];
  return held.find((one) => (one.told?.alertId ?? alertIdOf(one)) === alertId) ?? null;
}

/** By the baseline that the look has of it. */
function byLook(input: string, { alertId, subject }: AlertTransition): MeasuredAt | null {
  const look = recordedLook.safeParse(JSON.parse(input));
  const held = look.success ? heldIn(look.data, alertId) : null;
  if (!look.success || held === null || held.alert.baseline === null) return null;
  const environment = look.data.input.environments.find(({ envId }) => envId === subject.envId);
  const prior = environment?.priors[subject.kind] as KindPrior | undefined;
  return (endMs) => frozenMeasure(held.alert, prior ?? defaultPrior(defaultCountModel), endMs, defaultCountModel);
}

/** A day is the longest that a baseline is frozen: afterwards nobody has recorded what is usual. */
const frozenMs = dayMs;

/**
 * What the windows around an alert are measured by: by the baseline of its opening where the look is still on record, else by
 * what its steps say, while it lasted; `null` where neither is known. `input`: of the look that opened it.
 */
export function measuresOf(steps: readonly AlertTransition[], input: string | null): MeasuredAt {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return () => null;
  const untilMs = first.openedAtMs + frozenMs;
  const frozen = first.detector === 'spike' && input !== null ? byLook(input, first) : null;
  const isLasting = (endMs: number) => endMs >= first.window.toMs && endMs <= (last.resolvedAtMs ?? untilMs);
  const judged = steps.filter(({ window }) => window.toMs - window.fromMs === last.window.toMs - last.window.fromMs);
  return (endMs) => {
    if (endMs > untilMs) return null;
    if (frozen !== null) return frozen(endMs);
    const step = judged.findLast(({ window }) => window.toMs <= endMs) ?? judged[0];
    return step !== undefined && isLasting(endMs) ? { expected: step.expected, bound: step.bound } : null;
  };
}
