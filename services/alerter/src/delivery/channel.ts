import type { AlertTransitionKind, Severity } from '@custody/decision';
import type { Secret } from '@custody/runtime';

interface AnyChannel {
  readonly name: string;
  /** Less severe transitions are not told. */
  readonly minSeverity: Severity;
  /** The only transitions that are told. */
  readonly kinds: readonly AlertTransitionKind[];
  /** Whether its address may be on this machine or on a private network. */
  readonly allowPrivate: boolean;
}

/** An address that is known by its reference where it was given by one: it may hold a secret. */
export type Address = Secret;

export interface WebhookChannel extends AnyChannel {
  readonly kind: 'webhook';
  readonly url: Address;
  /** What signs first, and what signs beside it while receivers change over. */
  readonly secrets: readonly Secret[];
}

export interface SlackChannel extends AnyChannel {
  readonly kind: 'slack';
  readonly url: Address;
}

export interface PagerdutyChannel extends AnyChannel {
  readonly kind: 'pagerduty';
  readonly url: Address;
  readonly routingKey: Secret;
}

export interface AlertmanagerChannel extends AnyChannel {
  readonly kind: 'alertmanager';
  /** Of Alertmanager itself, without `/api/v2/alerts`. */
  readonly url: Address;
  readonly username: string | null;
  readonly password: Secret | null;
  readonly bearerToken: Secret | null;
}

/** Where alerts go, with the secrets that it takes. */
export type Channel = WebhookChannel | SlackChannel | PagerdutyChannel | AlertmanagerChannel;
export type ChannelKind = Channel['kind'];
export const channelKinds = ['webhook', 'slack', 'pagerduty', 'alertmanager'] as const satisfies readonly ChannelKind[];

/** The host of a channel's address: all that is ever shown of it. */
export function hostOf({ url }: { readonly url: Address }): string {
  return URL.canParse(url.value) ? new URL(url.value).host : '';
}
