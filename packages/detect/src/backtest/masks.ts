import type { TimeRange } from '@custody/decision';
import type { HeldAlert } from '../rule-set/held-alert.ts';
import { type PastAlert, pastAlertOf, placeOf, rememberedMs } from '../rule-set/past-alert.ts';

const none: readonly TimeRange[] = [];

/** One name for a series, or an agent and a server, of an environment. */
export function seriesName(kind: string, key: string): string {
  return `${kind} ${key}`;
}

/** How often what is kept out of one series has changed: 0 where nothing ever was. */
export interface MaskChanges {
  readonly revision: number;
}

/** What alerts of one series keep out. */
interface Masked extends MaskChanges {
  readonly alerts: Map<string, PastAlert>;
  revision: number;
}

function isSame(one: PastAlert | undefined, other: PastAlert): boolean {
  return (
    one !== undefined &&
    one.toMs === other.toMs &&
    one.mask?.fromMs === other.mask?.fromMs &&
    one.mask?.toMs === other.mask?.toMs
  );
}

/** What the alerts of a back-test keep out of histories, as the alerter remembers it. */
export class Masks {
  readonly #byEnvironment = new Map<string, Map<string, Masked>>();

  /** Alerts as they are after a look. */
  take(held: readonly HeldAlert[]): void {
    for (const past of held.map(pastAlertOf)) {
      const { envId, kind, key } = past.subject;
      const own = this.#of(envId, seriesName(kind, key));
      const id = `${placeOf(past)} ${past.alertId}`;
      if (isSame(own.alerts.get(id), past)) continue;
      own.alerts.set(id, past);
      own.revision += 1;
    }
  }

  #of(envId: string, name: string): Masked {
    const ofEnvironment = this.#byEnvironment.get(envId) ?? new Map<string, Masked>();
    this.#byEnvironment.set(envId, ofEnvironment);
    const own = ofEnvironment.get(name) ?? { alerts: new Map<string, PastAlert>(), revision: 0 };
    ofEnvironment.set(name, own);
    return own;
  }

  /** The same one for a series always, so that whoever asks in every minute may keep it. */
  changesOf(envId: string, name: string): MaskChanges {
    return this.#of(envId, name);
  }

  /** What alerts that ended no more than the memory ago keep out of a series, in order. */
  of(envId: string, name: string, detectors: readonly string[], atMs: number): readonly TimeRange[] {
    const own = this.#byEnvironment.get(envId)?.get(name)?.alerts;
    if (own === undefined) return none;
    return [...own.values()]
      .filter(({ detector, toMs }) => detectors.includes(detector) && toMs > atMs - rememberedMs)
      .flatMap(({ mask }) => mask ?? [])
      .sort((a, b) => a.fromMs - b.fromMs);
  }
}
