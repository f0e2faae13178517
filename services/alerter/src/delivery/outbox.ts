import {
  type AlertTransition,
  type DeadDelivery,
  type DeliveryRecord,
  minuteMs,
  OwedDeliveries,
  type OwedDelivery,
} from '@custody/decision';
import type { Channel } from './channel.ts';
import { Delivering, type DeliveringParts } from './delivering.ts';
import type { ChannelHealth } from './delivery-metrics.ts';
import { Lane } from './lane.ts';
import { Refreshes } from './refreshes.ts';
import { Wakeup } from './wakeup.ts';

export interface OutboxOptions extends DeliveringParts {
  /** As they are configured now. */
  readonly channels: () => readonly Channel[];
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Delivers what is owed. It follows the alerts topic by `accept` and `note`, wherever it runs; whoever leads also runs it.
 * Each alert's transitions go to a channel one after the other, channels do not wait for one another, and a delivery is
 * recorded after it was sent: a crash between the two sends it again, under the same id.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #owed = new OwedDeliveries();
  readonly #lanes = new Map<string, Lane>();
  readonly #delivering: Delivering;
  readonly #refreshes: Refreshes;
  readonly #wakeup: Wakeup;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#refreshes = new Refreshes(options);
    this.#wakeup = new Wakeup(options.clock);
    // What is recorded is known at once: the topic brings it back later, and it changes nothing then.
    const record = async (record: DeliveryRecord) => {
      await options.record(record);
      this.#owed.note(record);
    };
    this.#delivering = new Delivering({ ...options, record });
  }

  /** Takes a transition that counts, in the topic's order. */
  accept(transition: AlertTransition): void {
    this.#owed.accept(transition);
    this.#wakeup.wake();
  }

  /** Takes what became of a delivery, in the topic's order. */
  note(record: DeliveryRecord): void {
    this.#owed.note(record);
    this.#wakeup.wake();
  }

  /** Whether the topic has to keep a transition: see `OwedDeliveries.needs`. */
  needs(transition: AlertTransition): boolean {
    return this.#owed.needs(transition);
  }

  dead(): DeadDelivery[] {
    return this.#owed.dead();
  }

  /** Each channel that is configured, is owed something or has dead letters. */
  health(): ChannelHealth[] {
    const owed = Map.groupBy(this.#owed.owed(), ({ channel }) => channel);
    const dead = Map.groupBy(this.#owed.dead(), ({ record }) => record.channel);
    const names = new Set([...this.#options.channels().map(({ name }) => name), ...owed.keys(), ...dead.keys()]);
    return [...names].map((channel) => {
      const { failures = 0, problem = '' } = this.#lanes.get(channel) ?? {};
      const waiting = owed.get(channel) ?? [];
      const oldestMs = waiting[0]?.sinceMs ?? null;
      return { channel, owed: waiting.length, oldestMs, dead: dead.get(channel)?.length ?? 0, failures, problem };
    });
  }

  /** Delivers until the signal aborts; what is under way is given up then. Rejects with what `record` rejected with. */
  async run(signal: AbortSignal): Promise<void> {
    const stopping = new AbortController();
    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => stopping.abort());
    const either = AbortSignal.any([signal, stopping.signal]);
    try {
      while (!either.aborted) await this.#wakeup.sleepUntil(this.#startWhatIsDue(either, reject), either);
    } finally {
      stopping.abort();
      await Promise.all(this.#underWay);
    }
    await Promise.race([failed, Promise.resolve()]);
  }

  /** Starts what may be tried now; returns when the next may be, if nothing happens before. */
  #startWhatIsDue(signal: AbortSignal, onFailure: (error: unknown) => void): number {
    const nowMs = this.#options.clock.now();
    const channels = new Map(this.#options.channels().map((channel) => [channel.name, channel]));
    const begin = (lane: Lane, alertId: string, work: () => Promise<void>) =>
      this.#begin(lane, alertId, () => work().catch((error) => (signal.aborted ? undefined : onFailure(error))));
    let nextMs = nowMs + minuteMs;
    for (const owed of this.#owed.heads().sort((a, b) => a.sinceMs - b.sinceMs)) {
      const lane = this.#laneOf(owed.channel);
      const { alertId } = owed.transition;
      const dueAtMs = lane.dueAtMs(alertId);
      if (dueAtMs > nowMs) nextMs = Math.min(nextMs, dueAtMs);
      else if (lane.hasRoom && !lane.isUnderWay(alertId)) {
        begin(lane, alertId, () => this.#deliver(owed, channels.get(owed.channel), lane, signal));
      }
    }
    const refreshes = this.#refreshes.due(this.#owed.standing(), channels, (name) => this.#laneOf(name));
    for (const refresh of refreshes.due) {
      const { lane, transition } = refresh;
      if (lane.hasRoom) begin(lane, transition.alertId, () => this.#refreshes.tellAgain(refresh, signal));
    }
    return Math.min(nextMs, refreshes.nextMs);
  }

  async #deliver(owed: OwedDelivery, channel: Channel | undefined, lane: Lane, signal: AbortSignal): Promise<void> {
    const { alertId } = owed.transition;
    const known = { had: this.#owed.had(alertId, owed.channel), previous: this.#owed.lastTold(alertId, owed.channel) };
    await this.#delivering.deliver(owed, channel, known, lane, signal);
    this.#refreshes.told(owed.transition, owed.channel);
  }

  #laneOf(channel: string): Lane {
    const lane = this.#lanes.get(channel) ?? new Lane(this.#options.random);
    this.#lanes.set(channel, lane);
    return lane;
  }

  /** One at a time of an alert and channel: whatever comes next of it would overtake. */
  #begin(lane: Lane, alertId: string, work: () => Promise<void>): void {
    lane.begin(alertId);
    const running = work().finally(() => {
      lane.end(alertId);
      this.#underWay.delete(running);
      this.#wakeup.wake();
    });
    this.#underWay.add(running);
  }
}
