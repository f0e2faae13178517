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
  /** By alert and channel, each in the order of the alert's transitions. */
  readonly #courses = new Map<string, readonly OwedDelivery[]>();
  readonly #dead = new Map<string, DeadDelivery>();
  /** Alerts that are not over, by channel, with what was delivered last. */
  readonly #standing = new Map<string, StandingAlert>();
  /** Whether a channel was to be told of what goes on in an alert; absent: nothing is known of its beginning. */
  readonly #told = new Map<string, boolean>();
  /** The highest sequence that each channel had of an alert. */
  readonly #had = new Map<string, number>();
  /** The last sequence of each alert. */
  readonly #accepted = new Map<string, number>();

  /** Takes an accepted transition. A second time it changes nothing. */
  accept(transition: AlertTransition): void {
    if (transition.sequence <= (this.#accepted.get(transition.alertId) ?? 0)) return;
    this.#accepted.set(transition.alertId, transition.sequence);
    for (const channel of new Set(transition.channels)) {
      if (!this.#isDue(transition, courseOf(transition.alertId, channel))) continue;
      this.#owe({ transition, channel, sinceMs: transition.decidedAtMs });
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

  #owe(owed: OwedDelivery): void {
    const course = courseOf(owed.transition.alertId, owed.channel);
    const line = [...(this.#courses.get(course) ?? []), owed];
    // What is asked for again goes back to where it was.
    this.#courses.set(
      course,
      line.sort((a, b) => a.transition.sequence - b.transition.sequence),
    );
  }

  /** Takes what became of a delivery; what is not owed or dead is left as it is. */
  note(record: DeliveryRecord): void {
    const place = placeOf(record.transitionId, record.channel);
    if (record.outcome !== 'requeued') {
      this.#settle(record, place);
      return;
    }
    const dead = this.#dead.get(place);
    // Of a compacted topic only the last record of a delivery may be left: what was asked for again was not told before.
    const transition = dead?.transition ?? this.#take(record)?.transition;
    this.#dead.delete(place);
    if (transition !== undefined) this.#owe({ transition, channel: record.channel, sinceMs: record.atMs });
  }

  /** Takes out what the record is of; undefined where it is not owed. */
  #take({ transitionId, alertId, channel }: DeliveryRecord): OwedDelivery | undefined {
    const course = courseOf(alertId, channel);
    const line = this.#courses.get(course) ?? [];
    const left = line.filter(({ transition }) => transition.transitionId !== transitionId);
    if (left.length === 0) this.#courses.delete(course);
    else this.#courses.set(course, left);
    return line.find((owed) => !left.includes(owed));
  }

  #settle(record: DeliveryRecord, place: string): void {
    const owed = this.#take(record);
    if (owed === undefined) return;
    const { transition, channel } = owed;
    const course = courseOf(transition.alertId, channel);
    const had = this.had(transition.alertId, channel);
    if (record.outcome === 'dead') this.#dead.set(place, { transition, record });
    if (record.outcome === 'delivered') this.#had.set(course, Math.max(had, transition.sequence));
    // A dead letter that was sent again may be older than what was told since.
    if (had > transition.sequence) return;
    if (endsAlert(transition)) this.#standing.delete(course);
    else if (record.outcome === 'delivered') this.#standing.set(course, { transition, channel });
  }

  /** What is owed next of each alert and channel; what comes later of the same waits for it. */
  heads(): OwedDelivery[] {
    return [...this.#courses.values()].flatMap(([head]) => head ?? []);
  }

  /** All that is owed, oldest first; of one alert and channel in the order of its transitions. */
  owed(): OwedDelivery[] {
    const order = (a: OwedDelivery, b: OwedDelivery) =>
      a.sinceMs - b.sinceMs || a.transition.sequence - b.transition.sequence;
    return [...this.#courses.values()].flat().sort(order);
  }

  /** What was given up and not asked for again, oldest first. */
  dead(): DeadDelivery[] {
    return [...this.#dead.values()];
  }

  /** Whether a transition has to stay where this is folded from: it is owed, dead, or the last that a channel knows. */
  needs({ transitionId, alertId, channels }: AlertTransition): boolean {
    return channels.some((channel) => {
      if (this.#dead.has(placeOf(transitionId, channel))) return true;
      if (this.lastTold(alertId, channel)?.transitionId === transitionId) return true;
      const line = this.#courses.get(courseOf(alertId, channel)) ?? [];
      return line.some(({ transition }) => transition.transitionId === transitionId);
    });
  }

  /** The highest sequence that a channel had of an alert; 0 for nothing. */
  had(alertId: string, channel: string): number {
    return this.#had.get(courseOf(alertId, channel)) ?? 0;
  }

  /** What a channel was told last of an alert that goes on; `null` where it was told nothing or that it is over. */
  lastTold(alertId: string, channel: string): AlertTransition | null {
    return this.#standing.get(courseOf(alertId, channel))?.transition ?? null;
  }

  /** Alerts that a channel was told of and that are not over as far as it knows. */
  standing(): StandingAlert[] {
    return [...this.#standing.values()];
  }
}
