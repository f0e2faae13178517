import type { AlertTransition } from '@custody/decision';
import type { Channel, ChannelKind } from '../channel.ts';
import { alertmanagerFormat } from './alertmanager-format.ts';
import type { Attempt, DeliveryRequest, Format } from './delivery-request.ts';
import { pagerdutyFormat } from './pagerduty-format.ts';
import { slackFormat } from './slack-format.ts';
import { webhookFormat } from './webhook-format.ts';

type ChannelOf<K extends ChannelKind> = Extract<Channel, { kind: K }>;

/** One format for each kind of channel. */
const formats: { readonly [K in ChannelKind]: Format<ChannelOf<K>> } = {
  webhook: webhookFormat,
  slack: slackFormat,
  pagerduty: pagerdutyFormat,
  alertmanager: alertmanagerFormat,
};

/** The request that tells the channel's receiver of the transition. */
export function formatFor(transition: AlertTransition, channel: Channel, attempt: Attempt): DeliveryRequest {
  // Kind and format belong together; that cannot be said of a union of both.
  const format = formats[channel.kind] as Format<Channel>;
  return format(transition, channel, attempt);
}
