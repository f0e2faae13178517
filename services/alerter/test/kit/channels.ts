import { randomBytes } from 'node:crypto';
import { toldKinds } from '@custody/decision';
import { Secret } from '@custody/runtime';
import type {
  AlertmanagerChannel,
  Channel,
  PagerdutyChannel,
  SlackChannel,
  WebhookChannel,
} from '../../src/delivery/channel.ts';

const common = { name: 'oncall', minSeverity: 'info', kinds: toldKinds, allowPrivate: true } as const;

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function webhookChannel(url: string, secrets: readonly string[] = [newSecret()]): WebhookChannel {
  const signing = secrets.map((secret, index) => new Secret(secret, `env:SECRET_${index}`));
  return { ...common, kind: 'webhook', url: new Secret(url, 'env:HOOK_URL'), secrets: signing };
}

export function slackChannel(url: string, given: Partial<Channel> = {}): SlackChannel {
  return { ...common, ...(given as object), kind: 'slack', url: new Secret(url, 'env:SLACK_WEBHOOK_URL') };
}

export function pagerdutyChannel(url: string, routingKey: string): PagerdutyChannel {
  const key = new Secret(routingKey, 'env:ROUTING_KEY');
  return { ...common, kind: 'pagerduty', url: new Secret(url, 'env:PAGER_URL'), routingKey: key };
}

export function alertmanagerChannel(url: string): AlertmanagerChannel {
  const credentials = { username: null, password: null, bearerToken: null };
  return { ...common, ...credentials, kind: 'alertmanager', url: new Secret(url, url) };
}
