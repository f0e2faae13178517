import type { TimeRange } from '@custody/decision';
import type { HeldAlert } from '../rule-set/held-alert.ts';
import { type PastAlert, pastAlertOf, placeOf, rememberedMs } from '../rule-set/past-alert.ts';

const none: readonly TimeRange[] = [];

/** One name for a series, or an agent and a server, of an environment. */
export function seriesName(kind: string, key: string): string {
  return `${kind} ${key}`;
}

type Alerts = Map<string, PastAlert>;

/** What the alerts of a back-test keep out of histories, as the alerter remembers it. */
export class Masks {
  readonly #byEnvironment = new Map<string, Map<string, Alerts>>();

  /** Alerts as they are after a look. */
  take(held: readonly HeldAlert[]): void {
    for (const past of held.map(pastAlertOf)) {
      const { envId, kind, key } = past.subject;
      const ofEnvironment = this.#byEnvironment.get(envId) ?? new Map<string, Alerts>();
      this.#byEnvironment.set(envId, ofEnvironment);
      const name = seriesName(kind, key);
      const own = ofEnvironment.get(name) ?? new Map<string, PastAlert>();
      ofEnvironment.set(name, own.set(`${placeOf(past)} ${past.alertId}`, past));
    }
  }

  /** What alerts that ended no more than the memory ago keep out of a series, in order. */
  of(envId: string, name: string, detectors: readonly string[], atMs: number): readonly TimeRange[] {
    const own = this.#byEnvironment.get(envId)?.get(name);
    if (own === undefined) return none;
    return [...own.values()]
      .filter(({ detector, toMs }) => detectors.includes(detector) && toMs > atMs - rememberedMs)
      .flatMap(({ mask }) => mask ?? [])
      .sort((a, b) => a.fromMs - b.fromMs);
  }
}
