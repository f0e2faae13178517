import type { AlertTransition } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import { pauseMs } from './backoff.ts';
import { type Channel, type ChannelKind, hostOf } from './channel.ts';
import type { Send } from './send.ts';
import { testTransitions } from './test-transition.ts';

/** What was tried, as it is tried. */
export interface TestAttempt {
  readonly channel: string;
  readonly attempt: number;
  /** In words, without secrets. */
  readonly problem: string;
  /** Until the next attempt, milliseconds. */
  readonly pauseMs: number;
}

/** What came of a channel's test. */
export interface TestResult {
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly host: string;
  readonly outcome: 'delivered' | 'failed';
  readonly status: number | null;
  readonly attempts: number;
  /** Of the failure, as in docs/errors.md; `''` where it was delivered. */
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
}

export interface SendTestOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly random: () => number;
  readonly publicUrl: string;
  readonly onAttempt: (attempt: TestAttempt) => void;
  readonly signal: AbortSignal;
}

const maxAttempts = 3;

async function sendPatiently(
  transition: AlertTransition,
  channel: Channel,
  options: SendTestOptions,
): Promise<TestResult> {
  const { send, clock, random, signal, onAttempt } = options;
  const result = { channel: channel.name, kind: channel.kind, host: hostOf(channel) };
  for (let attempt = 1; ; attempt += 1) {
    const sent = await send(transition, channel, { nowMs: clock.now(), previous: null, signal });
    const { status } = sent;
    if (sent.outcome === 'delivered') {
      return { ...result, outcome: 'delivered', status, attempts: attempt, code: '', detail: '', remedy: '' };
    }
    const { code, message: detail, remedy, retriable } = sent.error;
    if (!retriable || attempt === maxAttempts) {
      return { ...result, outcome: 'failed', status, attempts: attempt, code, detail, remedy };
    }
    const pause = sent.retryAfterMs ?? pauseMs(attempt, random);
    onAttempt({ channel: channel.name, attempt, problem: detail, pauseMs: pause });
    await clock.sleep(pause, signal);
    signal.throwIfAborted();
  }
}

/**
 * Sends a test to a channel the way that alerts go, whatever the channel wants to be told; tried three times. Where an
 * incident is opened for it, it is closed again.
 */
export async function sendTest(channel: Channel, options: SendTestOptions): Promise<TestResult> {
  const [opened, resolved] = testTransitions(options.clock.now(), options.publicUrl);
  const result = await sendPatiently(opened, channel, options);
  const keepsIncident = channel.kind === 'pagerduty' || channel.kind === 'alertmanager';
  return result.outcome === 'delivered' && keepsIncident ? sendPatiently(resolved, channel, options) : result;
}
