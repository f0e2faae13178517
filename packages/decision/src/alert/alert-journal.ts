import { z } from 'zod';
import { alertTransition } from './alert-transition.ts';

/** What a look had before it, as JSON, so that it can be judged again. */
export const journalLook = z.object({
  lookId: z.uuid(),
  atMs: z.number().int(),
  decidedAtMs: z.number().int(),
  input: z.string(),
});
export type JournalLook = z.infer<typeof journalLook>;

/**
 * A value of the alerts topic: what came of one tick. It counts only where `base` is the last record that counted before it,
 * by the order of the log's one partition, so that of two leaders at once one is ignored by everybody, itself included.
 * `base` is a record that its writer has seen to count: whoever finds it in the log may believe that.
 */
export const tickRecord = z.object({
  format: z.literal(1),
  /** Names this record; every attempt to write has a name of its own. */
  id: z.uuid(),
  /** The id of the record that it builds on; `''` for the first of all. */
  base: z.union([z.uuid(), z.literal('')]),
  /** How many records count before it: that of its base and one more. */
  generation: z.number().int().nonnegative(),
  /** The moment that was judged. */
  tickMs: z.number().int(),
  decidedAtMs: z.number().int(),
  transitions: z.array(z.object({ transition: alertTransition, lookId: z.uuid().nullable() })),
  looks: z.array(journalLook),
  /** Older records that count and hold transitions which somebody may still need. All others may be deleted. */
  kept: z.array(z.uuid()),
  /** What the next tick goes on from; the alerter's own. */
  state: z.json(),
});
export type TickRecord = z.infer<typeof tickRecord>;

const tickPrefix = 'tick/';

/** No two records have the same key: compaction would drop the older one, and that may be the one that counts. */
export const tickKey = (id: string): string => `${tickPrefix}${id}`;

/** The id that a key names; `null` where it is of something else. */
export function tickIdOf(key: string): string | null {
  return key.startsWith(tickPrefix) ? key.slice(tickPrefix.length) : null;
}

const deliveryPrefix = 'delivery/';

/** What became of one transition on one channel: the newest counts, whoever wrote it. */
export const deliveryKey = (transitionId: string, channel: string): string =>
  `${deliveryPrefix}${transitionId}/${channel}`;

/** The transition that a key names; `null` where it is of something else. */
export function deliveredTransitionOf(key: string): string | null {
  return key.startsWith(deliveryPrefix) ? (key.slice(deliveryPrefix.length).split('/')[0] ?? null) : null;
}
