import type { DeliveryRecord } from '@custody/decision';
import type { Clock, Logger, Registry } from '@custody/runtime';
import type { Channel } from './channel.ts';
import type { DeliveryAttempt } from './delivering.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { defaultPostLimits } from './http/post.ts';
import { lookupBySystem } from './http/resolve-target.ts';
import { Outbox } from './outbox.ts';
import { createSend, type Send } from './send.ts';

export interface DeliveryParts {
  /** As they are configured now. */
  readonly channels: () => readonly Channel[];
  /** Appends to the alerts topic; resolves once that is durable. What it rejects with ends `run`. */
  readonly record: (record: DeliveryRecord) => Promise<void>;
  readonly onAttempt?: (attempt: DeliveryAttempt) => void;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How channels are spoken to in earnest. */
export function sendOverHttp(): Send {
  return createSend({ lookup: lookupBySystem, limits: defaultPostLimits });
}

/** The outbox with its metrics, over HTTP. */
export function composeDelivery({ registry, ...parts }: DeliveryParts): Outbox {
  const metrics = createDeliveryMetrics(registry, parts.clock, () => outbox.health());
  const outbox: Outbox = new Outbox({ ...parts, send: sendOverHttp(), random: Math.random, metrics });
  return outbox;
}
