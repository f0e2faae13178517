import type { AlertTransition, DeliveryRecord, OwedDelivery } from '@custody/decision';
import type { Clock, Logger } from '@custody/runtime';
import { isGivenUp } from './backoff.ts';
import { type Channel, hostOf } from './channel.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { deliveryErrors } from './errors.ts';
import type { Lane } from './lane.ts';
import type { Send, SendOutcome } from './send.ts';
import { reasonToSkip } from './wanted.ts';

/** One request to a channel, and what came of it. */
export interface DeliveryAttempt {
  readonly transitionId: string;
  readonly alertId: string;
  readonly channel: string;
  readonly atMs: number;
  /** `failed` is tried again, `dead` is not. */
  readonly outcome: 'delivered' | 'failed' | 'dead';
  /** 1 for the first that this process made. */
  readonly attempt: number;
  /** Why not, without any secret; `''` where it was delivered. */
  readonly detail: string;
}

export interface DeliveringParts {
  readonly send: Send;
  /** Appends to the alerts topic; resolves once that is durable. */
  readonly record: (record: DeliveryRecord) => Promise<void>;
  /** Told of every attempt, to keep it where people look. */
  readonly onAttempt?: (attempt: DeliveryAttempt) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DeliveryMetrics;
}

/** What the channel knows of the alert. */
export interface Known {
  /** The highest sequence that it was told. */
  readonly had: number;
  /** What it was told last, where the alert goes on. */
  readonly previous: AlertTransition | null;
}

type Failed = Extract<SendOutcome, { outcome: 'failed' }>;
type Settled = Pick<DeliveryRecord, 'outcome' | 'status' | 'code' | 'detail'>;

/** What it takes to bring one transition to one channel, once: sent or not wanted, recorded, or kept for another try. */
export class Delivering {
  readonly #parts: DeliveringParts;

  constructor(parts: DeliveringParts) {
    this.#parts = parts;
  }

  /** Rejects with what `record` rejects with, or with the signal's reason where sending was given up. */
  async deliver(owed: OwedDelivery, channel: Channel | undefined, known: Known, lane: Lane, signal: AbortSignal) {
    const { transition } = owed;
    if (channel === undefined) return this.#leave(owed, lane);
    const reason = reasonToSkip(transition, channel, known.had);
    if (reason !== null) {
      await this.#settle(owed, channel, lane, 0, { outcome: 'skipped', status: null, code: reason, detail: '' });
      return;
    }
    const attempts = lane.count(transition.alertId);
    const attempt = { nowMs: this.#parts.clock.now(), previous: known.previous, signal };
    const sent = await this.#parts.send(transition, channel, attempt);
    if (sent.outcome === 'failed') return this.#failed(owed, channel, lane, attempts, sent);
    const { failures } = lane;
    lane.succeeded(transition.alertId);
    if (failures > 0) this.#parts.logger.info({ channel: channel.name, failures }, 'a channel works again');
    this.#attempted(owed, attempts, 'delivered', 'delivered', '');
    const settled = { outcome: 'delivered', status: sent.status, code: '', detail: '' } as const;
    await this.#settle(owed, channel, lane, attempts, settled);
  }

  async #failed(owed: OwedDelivery, channel: Channel, lane: Lane, attempts: number, failed: Failed): Promise<void> {
    const { error, status, retryAfterMs } = failed;
    const nowMs = this.#parts.clock.now();
    lane.failed(owed.transition.alertId, error.message, nowMs, retryAfterMs);
    const isDead = !error.retriable || isGivenUp(owed.sinceMs, nowMs, attempts);
    this.#attempted(owed, attempts, isDead ? 'dead' : 'failed', error.code, error.message);
    const fields = { channel: channel.name, kind: channel.kind, host: hostOf(channel), code: error.code };
    // Said once as it begins; how it goes on is on the metrics.
    if (!isDead && lane.failures === 1) this.#parts.logger.warn({ ...fields, remedy: error.remedy }, error.message);
    if (!isDead) return;
    const { transitionId, alertId, title } = owed.transition;
    const what = { ...fields, alertId, transitionId, title, attempts, remedy: error.remedy };
    this.#parts.logger.error({ ...what, ...error.fields }, `an alert was not delivered: ${error.message}`);
    await this.#settle(owed, channel, lane, attempts, {
      outcome: 'dead',
      status,
      code: error.code,
      detail: error.message,
    });
  }

  /** Nobody can be asked to try again where there is no channel. */
  async #leave(owed: OwedDelivery, lane: Lane): Promise<void> {
    const detail = `There is no channel ${owed.channel} any more.`;
    const { code, remedy } = deliveryErrors.DELIVERY_CHANNEL_GONE;
    const { transitionId, alertId } = owed.transition;
    this.#parts.logger.error({ channel: owed.channel, code, alertId, transitionId, remedy }, detail);
    await this.#settle(owed, null, lane, 0, { outcome: 'dead', status: null, code, detail });
  }

  #attempted(owed: OwedDelivery, attempt: number, outcome: DeliveryAttempt['outcome'], result: string, detail: string) {
    const { transitionId, alertId } = owed.transition;
    const { channel } = owed;
    this.#parts.metrics.attempts.inc({ channel, result });
    this.#parts.onAttempt?.({
      transitionId,
      alertId,
      channel,
      atMs: this.#parts.clock.now(),
      outcome,
      attempt,
      detail,
    });
  }

  async #settle(
    owed: OwedDelivery,
    channel: Channel | null,
    lane: Lane,
    attempts: number,
    settled: Settled,
  ): Promise<void> {
    const { transitionId, alertId } = owed.transition;
    await this.#parts.record({
      transitionId,
      alertId,
      channel: owed.channel,
      channelKind: channel?.kind ?? '',
      host: channel === null ? '' : hostOf(channel),
      atMs: this.#parts.clock.now(),
      attempts,
      actor: '',
      ...settled,
    });
    lane.forget(alertId);
    this.#parts.metrics.settled.inc({ channel: owed.channel, outcome: settled.outcome });
  }
}
