import { z } from 'zod';

/**
 * What becomes of a transition on a channel. `delivered`: its receiver took it. `dead`: given up, and listed until somebody
 * has it sent again. `skipped`: the channel does not want it. `requeued`: somebody asked for it again, and it is owed again.
 */
export const deliveryOutcomes = ['delivered', 'dead', 'skipped', 'requeued'] as const;
export type DeliveryOutcomeName = (typeof deliveryOutcomes)[number];

/**
 * A value of the alerts topic beside the transitions: one transition on one channel. It is written after the sending, so
 * that a crash between the two sends once more, under the same id, and never not at all. Failures that are tried again are
 * no records; they are on `/metrics` and in log lines.
 */
export const deliveryRecord = z.object({
  transitionId: z.uuid(),
  alertId: z.uuid(),
  /** The channel's name. */
  channel: z.string(),
  /** webhook, slack, pagerduty or alertmanager; `''` where the channel is not configured any more. */
  channelKind: z.string(),
  /** Where it went, without path and query, which may be secret; `''` where it went nowhere. */
  host: z.string(),
  outcome: z.enum(deliveryOutcomes),
  atMs: z.number().int(),
  /** Requests that were made, by the process that wrote this. */
  attempts: z.number().int().nonnegative(),
  /** Of the last answer; `null` where there was none. */
  status: z.number().int().nullable(),
  /** An error code of docs/errors.md, or why it was skipped; `''` where delivered. */
  code: z.string(),
  /** In words, without secrets; `''` where there is nothing to say. */
  detail: z.string(),
  /** Who asked for it again; `''` for Custody itself. */
  actor: z.string(),
});
export type DeliveryRecord = z.infer<typeof deliveryRecord>;
