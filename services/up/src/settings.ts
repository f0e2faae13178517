import { consumerVariables } from '@custody/consumer';
import { type PollerConfig, readPollerConfig } from '@custody/poller';
import { queryVariables } from '@custody/query';
import { faultsOf, findConfigFile, invalidConfig, parseConfig, type Variables } from '@custody/runtime';
import { readSealerConfig } from '@custody/sealer';
import { isDemo, readUpConfig, type UpConfig } from './config.ts';

/** What `up` decides by, and what is read: `null` in the demo, whose source is made at the start. */
export interface Settings {
  readonly config: UpConfig;
  readonly poller: PollerConfig | null;
}

/**
 * Reads what `up` decides by, after a look at what its services will read: a fault of any of them, or of the file of
 * environments, is found before anything is started, and all are reported together. Throws `CONFIG_INVALID`.
 */
export function readSettings(variables: Variables): Settings {
  const readPoller = () => {
    // What `up` gives to its services, or asks for itself, is no further fault of the user's.
    const hasSource = variables.PERMIT_API_KEY?.trim() || findConfigFile(variables) !== null;
    return readPollerConfig({ ...variables, ...(!hasSource && { PERMIT_API_KEY: 'demo' }) });
  };
  const services = [consumerVariables, queryVariables];
  const faults = new Set([
    ...faultsOf(() => readUpConfig(variables)),
    ...faultsOf(readPoller),
    ...faultsOf(() => readSealerConfig(variables)),
    ...services.flatMap((schema) => faultsOf(() => parseConfig(schema, variables))),
  ]);
  if (faults.size > 0) throw invalidConfig([...faults]);
  const config = readUpConfig(variables);
  return { config, poller: isDemo(config) ? null : readPoller() };
}
