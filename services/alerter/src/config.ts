import { kafkaLoginRule, logVariables } from '@custody/log';
import {
  commonVariables,
  faultsOf,
  httpUrl,
  invalidConfig,
  parseConfig,
  type Variables,
  wholeNumber,
} from '@custody/runtime';
import { storeVariables } from '@custody/store';
import { z } from 'zod';
import { type RulesFile, readRulesFile } from './rules/rules-file.ts';

export const alerterVariables = commonVariables
  .extend({
    ...logVariables.shape,
    ...storeVariables.shape,
    /** What the log and the store hold; `custody up` sets it for the demo. */
    CUSTODY_SOURCE_KIND: z.enum(['permit', 'simulator'], 'must be permit or simulator').default('permit'),
    /** So many seconds after each minute it is judged: what was decided just before is on its way still. */
    CUSTODY_WATCH_SECONDS: wholeNumber(0, 29).default(8),
    /** Rules and channels. Where there is no such file, the rules that come with Custody run and nobody is told. */
    CUSTODY_RULES_FILE: z.string().min(1).default('custody.rules.yaml'),
    /** What links that leave this machine begin with. */
    CUSTODY_PUBLIC_URL: httpUrl.optional(),
  })
  .refine(...kafkaLoginRule);

/** The alerter's settings, with what the file of rules says at the start. */
export interface AlerterConfig extends z.infer<typeof alerterVariables> {
  readonly rulesFile: RulesFile;
  /** Secrets are named in the file and looked up here. */
  readonly variables: Variables;
}

/** Reads the variables and the file of rules. Throws one `CONFIG_INVALID` with every fault. */
export function readAlerterConfig(variables: Variables): AlerterConfig {
  const ofVariables = () => parseConfig(alerterVariables, variables);
  const path = variables.CUSTODY_RULES_FILE ?? '';
  const { faults: ofFile, ...rulesFile } = readRulesFile(path === '' ? 'custody.rules.yaml' : path, variables);
  const faults = [...faultsOf(ofVariables), ...ofFile];
  if (faults.length > 0) throw invalidConfig(faults);
  return { ...ofVariables(), rulesFile, variables };
}
