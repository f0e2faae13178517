import { type AlertTransition, type AlertTransitionKind, toldKinds } from './alert-transition.ts';
import type { DeliveryRecord } from './delivery-record.ts';

/** A transition that a channel has not had yet. */
export interface OwedDelivery {
  readonly transition: AlertTransition;
  readonly channel: string;
  /** Since when it is owed, milliseconds: when it was decided, or asked for again. */
  readonly sinceMs: number;
}

/** A transition that was given up on a channel. */
export interface DeadDelivery {
  readonly transition: AlertTransition;
  readonly record: DeliveryRecord;
}

/** What a channel was told last of an alert that still goes on. */
export interface StandingAlert {
  readonly transition: AlertTransition;
  readonly channel: string;
}

const told: ReadonlySet<AlertTransitionKind> = new Set(toldKinds);

/** Nothing goes on after it: neither here nor where an incident was opened for it. */
export function endsAlert({ kind, status }: AlertTransition): boolean {
  return kind === 'merged' || status === 'resolved' || status === 'withdrawn';
}

const placeOf = (transitionId: string, channel: string) => `${transitionId} ${channel}`;
const courseOf = (alertId: string, channel: string) => `${alertId} ${channel}`;

/**
 * Who is owed what: transitions as they were accepted, times their channels, less what was delivered, given up or not
 * wanted. A pure fold of the alerts topic in its order: whoever reads the same records owes the same.
 *
 * What is silenced, and kinds that nobody is told of, are owed to nobody. But an end is owed wherever the beginning was
 * told, silence or not, since an incident there would stay open for ever; and nowhere that the beginning was silenced.
 */
export class OwedDeliveries {
  /** In the order of acceptance. */
  readonly #owed = new Map<string, OwedDelivery>();
  readonly #dead = new Map<string, DeadDelivery>();
  /** Alerts that are not over, by channel, with what was delivered last. */
  readonly #standing = new Map<string, StandingAlert>();
  /** Whether a channel was to be told of what goes on in an alert; absent: nothing is known of its beginning. */
  readonly #told = new Map<string, boolean>();
  /** The last sequence of each alert. */
  readonly #accepted = new Map<string, number>();

  /** Takes an accepted transition. A second time it changes nothing. */
  accept(transition: AlertTransition): void {
    if (transition.sequence <= (this.#accepted.get(transition.alertId) ?? 0)) return;
    this.#accepted.set(transition.alertId, transition.sequence);
    for (const channel of new Set(transition.channels)) {
      if (!this.#isDue(transition, courseOf(transition.alertId, channel))) continue;
      const place = placeOf(transition.transitionId, channel);
      this.#owed.set(place, { transition, channel, sinceMs: transition.decidedAtMs });
    }
  }

  #isDue(transition: AlertTransition, course: string): boolean {
    const isSilenced = transition.silencedBy.length > 0;
    const wasTold = this.#told.get(course);
    if (endsAlert(transition)) {
      this.#told.delete(course);
      return wasTold ?? (!isSilenced && told.has(transition.kind));
    }
    if (!isSilenced && told.has(transition.kind)) this.#told.set(course, true);
    else if (transition.kind === 'opened' || transition.kind === 'reopened') this.#told.set(course, false);
    return !isSilenced && told.has(transition.kind);
  }

  /** Takes what became of a delivery; what is not owed or dead is left as it is. */
  note(record: DeliveryRecord): void {
    const { transitionId, channel, outcome, atMs } = record;
    const place = placeOf(transitionId, channel);
    if (outcome === 'requeued') {
      const dead = this.#dead.get(place);
      if (dead === undefined) return;
      this.#dead.delete(place);
      this.#owed.set(place, { transition: dead.transition, channel, sinceMs: atMs });
      return;
    }
    const owed = this.#owed.get(place);
    if (owed === undefined) return;
    this.#owed.delete(place);
    if (outcome === 'dead') this.#dead.set(place, { transition: owed.transition, record });
    this.#stand(owed, outcome === 'delivered');
  }

  #stand({ transition, channel }: OwedDelivery, isDelivered: boolean): void {
    const course = courseOf(transition.alertId, channel);
    // A dead letter that was sent again may be older than what was told since.
    if ((this.#standing.get(course)?.transition.sequence ?? 0) > transition.sequence) return;
    if (endsAlert(transition)) this.#standing.delete(course);
    else if (isDelivered) this.#standing.set(course, { transition, channel });
  }

  /** What is owed, oldest first; of one alert and channel in the order of its transitions. */
  owed(): OwedDelivery[] {
    return [...this.#owed.values()];
  }

  /** What was given up and not asked for again, oldest first. */
  dead(): DeadDelivery[] {
    return [...this.#dead.values()];
  }

  /** Alerts that a channel was told of and that are not over as far as it knows. */
  standing(): StandingAlert[] {
    return [...this.#standing.values()];
  }
}
