import { createHmac } from 'node:crypto';
import { secondMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { WebhookChannel } from '../channel.ts';
import { deliveryErrors } from '../errors.ts';
import { signingKeyOf } from '../signing-secret.ts';
import { type Format, jsonHeaders } from './delivery-request.ts';
import { webhookBody } from './webhook-body.ts';

function signature(secret: string, content: string): string {
  const key = signingKeyOf(secret);
  if (key === null) throw new CustodyError(deliveryErrors.DELIVERY_IMPOSSIBLE, 'The secret that signs is not usable.');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/**
 * Signed as Standard Webhooks says: over id, time of this attempt and body, once by each secret. The id is the transition's,
 * so that a receiver can tell a repetition; the time is that of the attempt, so that it can refuse a replay.
 */
export const webhookFormat: Format<WebhookChannel> = (transition, channel, { nowMs }) => {
  const body = JSON.stringify(webhookBody(transition));
  const timestamp = String(Math.floor(nowMs / secondMs));
  const content = `${transition.transitionId}.${timestamp}.${body}`;
  const headers = {
    ...jsonHeaders,
    'webhook-id': transition.transitionId,
    'webhook-timestamp': timestamp,
    'webhook-signature': channel.secrets.map(({ value }) => signature(value, content)).join(' '),
  };
  return { url: channel.url.value, headers, body };
};
