import type { AlertTransition } from '@custody/decision';
import { type StoreClient, writeAlertTransitions } from '@custody/store';
import { alertTransition, uuidOf } from '../../../test/kit/alert-transition.ts';
import { nowMs } from './service.ts';

const minuteMs = 60_000;

/** A step of the named alert, which opened half an hour ago. */
export function stepOf(alert: string, sequence: number, given: Partial<AlertTransition> = {}): AlertTransition {
  const openedAtMs = given.openedAtMs ?? nowMs - 30 * minuteMs;
  const atMs = openedAtMs + (sequence - 1) * minuteMs;
  return alertTransition({
    ...{ alert, sequence, transitionId: uuidOf(`${alert} ${sequence}`), openedAtMs, atMs, decidedAtMs: atMs + 20_000 },
    window: { fromMs: openedAtMs - 5 * minuteMs, toMs: openedAtMs },
    ...{ url: `https://custody.acme.example/alerts/${uuidOf(alert)}` },
    ...given,
  });
}

/** Puts steps on record, as the alerter does. */
export async function record(store: StoreClient, steps: readonly AlertTransition[]): Promise<void> {
  await writeAlertTransitions(
    store,
    steps.map((transition) => ({ transition, lookId: null })),
  );
}

export { uuidOf };
