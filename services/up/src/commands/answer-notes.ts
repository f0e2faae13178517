import { z } from 'zod';
import { instantText } from './wording.ts';

/** What of an answer's `meta` its reader is told. */
export const notedMeta = z.looseObject({
  next: z.string().nullish(),
  truncated: z.boolean().optional(),
  possible: z.number().optional(),
  blind_seconds: z.number(),
  unreadable_seconds: z.number(),
  expired: z.object({ from: z.string(), to: z.string() }).optional(),
});

/** What a reader of the rows must not miss, a line each. */
export function notesOf(
  { next, truncated = false, possible = 0, blind_seconds, unreadable_seconds, expired }: z.infer<typeof notedMeta>,
  timeZone: string,
  includesPossible = false,
): string[] {
  const unread = blind_seconds + unreadable_seconds;
  return [
    ...(next ? [`more: --cursor ${next}`] : []),
    ...(truncated && !next ? ['more rows than these: --limit'] : []),
    ...(possible > 0
      ? [
          includesPossible
            ? `${possible.toLocaleString('en-US')} of these only may be theirs`
            : `${possible.toLocaleString('en-US')} may be theirs although it is not known: --include possible`,
        ]
      : []),
    ...(expired
      ? [
          `EXPIRED: decisions from ${instantText(expired.from, timeZone)} to ${instantText(expired.to, timeZone)} are not in this answer (custody retention)`,
        ]
      : []),
    ...(unread > 0
      ? [`BLIND: ${unread.toLocaleString('en-US')} s of the range are not proven (custody coverage)`]
      : []),
  ];
}
