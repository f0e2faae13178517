import type { AlertTransition } from '@custody/decision';
import type { Channel } from '../channel.ts';

/** What is sent; a POST. It holds secrets, in address, headers or body: it is never logged. */
export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an attempt knows beside the transition. */
export interface Attempt {
  readonly nowMs: number;
  /** What the channel was told last of the same alert, where it goes on; `null`: nothing. */
  readonly previous: AlertTransition | null;
}

/** Turns a transition into what its channel's receiver understands: pure, and for each attempt anew. */
export type Format<C extends Channel> = (transition: AlertTransition, channel: C, attempt: Attempt) => DeliveryRequest;

export const jsonHeaders = { 'content-type': 'application/json', 'user-agent': 'Custody' } as const;

/** Only an absolute address is a link for others: without CUSTODY_PUBLIC_URL pages have none. */
export function linkOf(text: string): string | null {
  return /^https?:\/\//.test(text) && URL.canParse(text) ? text : null;
}
