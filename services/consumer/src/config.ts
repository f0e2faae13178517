import { kafkaLoginRule, logVariables } from '@custody/log';
import { commonVariables, wholeNumber } from '@custody/runtime';
import { storeVariables } from '@custody/store';
import { z } from 'zod';

export const consumerVariables = commonVariables
  .extend({
    ...logVariables.shape,
    ...storeVariables.shape,
    /** What the log and the store hold; `custody up` sets it for the demo. */
    CUSTODY_SOURCE_KIND: z.enum(['permit', 'simulator'], 'must be permit or simulator').default('permit'),
    /** Older than this and not proven is blind; told to the store's views. */
    CUSTODY_LATENESS_SECONDS: wholeNumber(0, 86_400).default(900),
    /** How far behind the consumer may be before fresh decisions are stored ahead of the backlog; 0: never. */
    CUSTODY_LIVE_FIRST_SECONDS: wholeNumber(0, 86_400).default(10),
    /** Whether each entry is kept verbatim beside its decision: about 100 bytes each on disk, and half of the work. */
    CUSTODY_KEEP_ENTRIES: z.stringbool('must be true or false').default(true),
  })
  .refine(...kafkaLoginRule);

export type ConsumerConfig = z.infer<typeof consumerVariables>;
