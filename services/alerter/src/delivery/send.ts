import type { AlertTransition } from '@custody/decision';
import { CustodyError, type ErrorKind } from '@custody/runtime';
import { type Channel, hostOf } from './channel.ts';
import { deliveryErrors } from './errors.ts';
import type { Attempt } from './format/delivery-request.ts';
import { formatFor } from './format/formats.ts';
import { type PostAnswer, type PostOptions, post } from './http/post.ts';
import { retryAfterMs } from './http/retry-after.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What one attempt came to. */
export type SendOutcome =
  | { readonly outcome: 'delivered'; readonly status: number }
  | {
      readonly outcome: 'failed';
      /** It holds no secret; whether to try again is its `retriable`. */
      readonly error: CustodyError;
      /** `null` where there was no answer. */
      readonly status: number | null;
      /** For so long the receiver does not want to be spoken to, milliseconds; `null`: it does not say. */
      readonly retryAfterMs: number | null;
    };

/** Tells the channel's receiver of the transition, once. Never rejects, but with `signal`'s reason once that aborts. */
export type Send = (
  transition: AlertTransition,
  channel: Channel,
  attempt: Attempt & { readonly signal: AbortSignal },
) => Promise<SendOutcome>;

export type SendOptions = Omit<PostOptions, 'signal' | 'allowPrivate'>;

function kindOf(status: number): ErrorKind {
  if (status === 429) return deliveryErrors.DELIVERY_THROTTLED;
  if (status >= 300 && status < 400) return deliveryErrors.DELIVERY_REDIRECTED;
  const isRejected = status >= 400 && status < 500 && status !== 408 && status !== 425;
  return isRejected ? deliveryErrors.DELIVERY_REJECTED : deliveryErrors.DELIVERY_UNAVAILABLE;
}

function answerText({ status, location, body }: PostAnswer, channel: Channel): string {
  const host = hostOf(channel);
  if (status >= 300 && status < 400) {
    const to = location !== null && URL.canParse(location) ? `, to ${new URL(location).host}` : '';
    return `${host} redirects (${status}${to}), which is not followed.`;
  }
  const said = withoutSecrets(body, channel);
  return `${host} answered ${status}${said === '' ? '.' : `: ${said}`}`;
}

function outcomeOf(answer: PostAnswer, channel: Channel, nowMs: number): SendOutcome {
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { outcome: 'delivered', status };
  const error = new CustodyError(kindOf(status), answerText(answer, channel));
  return { outcome: 'failed', error, status, retryAfterMs: retryAfterMs(retryAfter, nowMs) };
}

/**
 * One alert that cannot be put into words must not keep all the others from being told. What was thrown is named and not
 * kept: an invalid address, say, is part of its own error.
 */
function impossible(thrown: unknown, channel: Channel): CustodyError {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const message = `The request to ${hostOf(channel)} could not be made (${name}).`;
  const frames = thrown instanceof Error ? (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return new CustodyError(deliveryErrors.DELIVERY_IMPOSSIBLE, message, { fields: { at: frames.slice(0, 5) } });
}

/** One attempt over HTTP: formatted, signed, guarded, bounded. */
export function createSend(options: SendOptions): Send {
  return async function send(transition, channel, { signal, ...attempt }) {
    try {
      const request = formatFor(transition, channel, attempt);
      const answer = await post(request, { ...options, signal, allowPrivate: channel.allowPrivate });
      return outcomeOf(answer, channel, attempt.nowMs);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = thrown instanceof CustodyError ? thrown : impossible(thrown, channel);
      return { outcome: 'failed', error, status: null, retryAfterMs: null };
    }
  };
}
