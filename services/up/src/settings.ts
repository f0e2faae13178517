import { consumerVariables } from '@custody/consumer';
import { pollerVariables } from '@custody/poller';
import { queryVariables } from '@custody/query';
import { CustodyError, configErrors, isError, parseConfig, type Variables } from '@custody/runtime';
import { z } from 'zod';
import { type UpConfig, upVariables } from './config.ts';

const faultFields = z.object({ faults: z.array(z.string()) });

function faultsOf(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (isError(error, configErrors.CONFIG_INVALID)) return faultFields.parse(error.fields).faults;
    throw error;
  }
}

/**
 * Reads what `up` decides by, after a look at what its services will read: a fault of any of them is found before
 * anything is started, and all are reported together. Throws `CONFIG_INVALID`.
 */
export function readSettings(variables: Variables): UpConfig {
  // What `up` gives to its services is no fault of the user's.
  const given = { PERMIT_API_KEY: variables.PERMIT_API_KEY || 'demo' };
  const services = [pollerVariables, consumerVariables, queryVariables];
  const faults = new Set([
    ...faultsOf(() => parseConfig(upVariables, variables)),
    ...services.flatMap((schema) => faultsOf(() => parseConfig(schema, { ...variables, ...given }))),
  ]);
  if (faults.size === 0) return parseConfig(upVariables, variables);
  throw new CustodyError(
    configErrors.CONFIG_INVALID,
    `The configuration is not usable:\n  ${[...faults].join('\n  ')}`,
    {
      fields: { faults: [...faults] },
    },
  );
}
