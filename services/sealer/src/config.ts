import { kafkaLoginRule, logVariables } from '@custody/log';
import { commonVariables, faultsOf, invalidConfig, parseConfig, type Variables, wholeNumber } from '@custody/runtime';
import { type RetentionPolicies, readRetention, storeVariables } from '@custody/store';
import { z } from 'zod';

export const sealerVariables = commonVariables
  .extend({
    ...logVariables.shape,
    ...storeVariables.shape,
    /** What the log and the store hold; `custody up` sets it for the demo. */
    CUSTODY_SOURCE_KIND: z.enum(['permit', 'simulator'], 'must be permit or simulator').default('permit'),
    /** How late a decision may still appear at the source: no hour is sealed before. */
    CUSTODY_LATENESS_SECONDS: wholeNumber(0, 86_400).default(900),
    /** Between two looks for hours to seal. */
    CUSTODY_SEAL_SECONDS: wholeNumber(1, 3_600).default(30),
    /** So long nothing was stored or changed in an hour that is not sealed before it is summed up meanwhile. */
    CUSTODY_INTERIM_SUMS_SECONDS: wholeNumber(1, 86_400).default(60),
    /** How long the source keeps decisions: a day after that, nobody waits any longer for what an hour lacks. */
    CUSTODY_SOURCE_RETENTION_DAYS: wholeNumber(1, 3_650).default(14),
    /** How many sealed hours, days and months are verified a minute; 0: none. */
    CUSTODY_VERIFY_HOURS_PER_MINUTE: wholeNumber(0, 600).default(2),
  })
  .refine(...kafkaLoginRule);

/** The sealer's settings, with what is kept and how long. */
export interface SealerConfig extends z.infer<typeof sealerVariables> {
  readonly retention: RetentionPolicies;
}

/** Reads the variables and what the file of environments says of retention. Throws one `CONFIG_INVALID` with every fault. */
export function readSealerConfig(variables: Variables): SealerConfig {
  const ofVariables = () => parseConfig(sealerVariables, variables);
  const ofRetention = () => readRetention(variables);
  const faults = [...faultsOf(ofVariables), ...faultsOf(ofRetention)];
  if (faults.length > 0) throw invalidConfig(faults);
  return { ...ofVariables(), retention: ofRetention() };
}
