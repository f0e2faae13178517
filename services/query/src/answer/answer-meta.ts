import { z } from 'zod';

/** What every answer says about itself. */
export const answerMeta = z
  .object({
    from: z.string().describe('Start of the range that was read'),
    to: z.string().describe('Its end, exclusive'),
    proven: z.boolean().describe('Every second of the range equals what the source listed when it was read'),
    proven_until: z.string().nullable().describe('Everything before is proven or known to be unreadable'),
    blind_seconds: z.number().describe('Seconds of the range that should have been read and are not proven'),
    unreadable_seconds: z.number().describe('Seconds of the range that the source cannot list in full'),
    levels: z
      .array(z.string())
      .describe(
        'What was read: sums of each month, day, hour, quarter (of an hour) or five_minutes, and raw decisions; nothing where the answer is not about decisions, and for a token that shows a part of an environment, since what others do there has an hour read otherwise',
      ),
    expired: z
      .object({ from: z.string(), to: z.string() })
      .optional()
      .describe('Decisions in here expired: they are not listed, and not counted where no sums have what was asked'),
    elapsed_ms: z.number(),
    next: z.string().nullable().optional().describe('Cursor of the next page; null on the last one'),
    truncated: z
      .literal(true)
      .optional()
      .describe('There are more rows than limit let through; without next there is no cursor for them'),
    possible: z.number().optional().describe('Decisions that may be the asked human’s although it is not known'),
    compare: z
      .object({ from: z.string(), to: z.string(), proven: z.boolean(), blind_seconds: z.number() })
      .optional()
      .describe('The range of comparison, and what is proven of it'),
    demo: z.literal(true).optional().describe('Simulated decisions, no real ones'),
  })
  .meta({ id: 'Meta' });
export type AnswerMeta = z.infer<typeof answerMeta>;
