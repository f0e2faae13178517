import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Received } from './receiver.ts';

/**
 * Verification as the Standard Webhooks specification describes it, written from that text: the headers `webhook-id`,
 * `webhook-timestamp` (seconds, within five minutes) and `webhook-signature` (a space-delimited list of `v1,` and base64),
 * HMAC-SHA256 over "id.timestamp.body" with the bytes that follow `whsec_` in base64. Returns the parsed body, or throws.
 */
export function verifyWebhook({ headers, body }: Received, secret: string, nowMs: number): unknown {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
    throw new Error('a header is missing');
  }
  if (!/^\d+$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > 300)
    throw new Error('too old or too new');
  const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(Buffer.from(`${id}.${timestamp}.${body}`, 'utf8'))
    .digest();
  const isSigned = signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw new Error('no signature fits');
  return JSON.parse(body);
}
