import type { AlertTransition, StandingAlert } from '@custody/decision';
import type { Clock, Logger } from '@custody/runtime';
import type { AlertmanagerChannel, Channel } from './channel.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { alertmanagerRefreshMs } from './format/alertmanager-format.ts';
import type { Lane } from './lane.ts';
import type { Send } from './send.ts';

export interface RefreshParts {
  readonly send: Send;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DeliveryMetrics;
}

interface Refresh {
  readonly transition: AlertTransition;
  readonly channel: AlertmanagerChannel;
  readonly lane: Lane;
}

const keyOf = (transition: AlertTransition, channel: string) => `${transition.alertId} ${channel}`;

/**
 * Tells Alertmanagers again what stands, since they forget what they are not told. Nothing of it is recorded: it says what
 * was delivered before, and whoever leads next begins with it.
 */
export class Refreshes {
  readonly #parts: RefreshParts;
  /** When each was told last, milliseconds. */
  readonly #toldAtMs = new Map<string, number>();

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /** A delivery tells it too. */
  told(transition: AlertTransition, channel: string): void {
    this.#toldAtMs.set(keyOf(transition, channel), this.#parts.clock.now());
  }

  /** What has to be told again now, and when the next has to be. */
  due(standing: readonly StandingAlert[], channels: ReadonlyMap<string, Channel>, laneOf: (channel: string) => Lane) {
    const nowMs = this.#parts.clock.now();
    const due: Refresh[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { transition, channel: name } of standing) {
      const channel = channels.get(name);
      if (channel?.kind !== 'alertmanager') continue;
      const atMs = (this.#toldAtMs.get(keyOf(transition, name)) ?? 0) + alertmanagerRefreshMs;
      const lane = laneOf(name);
      if (atMs > nowMs) nextMs = Math.min(nextMs, atMs);
      else if (!lane.isUnderWay(transition.alertId) && lane.dueAtMs('') <= nowMs)
        due.push({ transition, channel, lane });
    }
    this.#forgetOthers(standing);
    return { due, nextMs };
  }

  /** Never rejects: what fails is told again a minute later. */
  async tellAgain({ transition, channel }: Refresh, signal: AbortSignal): Promise<void> {
    this.told(transition, channel.name);
    const attempt = { nowMs: this.#parts.clock.now(), previous: null, signal };
    const sent = await this.#parts.send(transition, channel, attempt).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return null;
    });
    if (sent === null) return;
    const result = sent.outcome === 'delivered' ? 'delivered' : sent.error.code;
    this.#parts.metrics.attempts.inc({ channel: channel.name, result });
  }

  #forgetOthers(standing: readonly StandingAlert[]): void {
    const keys = new Set(standing.map(({ transition, channel }) => keyOf(transition, channel)));
    for (const key of this.#toldAtMs.keys()) if (!keys.has(key)) this.#toldAtMs.delete(key);
  }
}
