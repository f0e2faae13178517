import { serveEntries, startSimulator } from '@custody/permit-simulator';
import {
  createLogger,
  type Lifecycle,
  parseConfig,
  port,
  runProcess,
  systemClock,
  type Variables,
  wholeNumber,
} from '@custody/runtime';
import { z } from 'zod';

const simulateVariables = z.object({
  /** Wider than loopback, a simulator serves whoever reaches the machine: the key is no secret. */
  CUSTODY_SIMULATOR_HOST: z.string().default('127.0.0.1'),
  CUSTODY_SIMULATOR_PORT: port.default(4900),
  CUSTODY_SIMULATOR_SEED: wholeNumber(0, 2 ** 31).default(1),
});

export interface SimulateOptions {
  /** A file of audit-log entries, one JSON object a line, to serve instead of simulated ones. */
  readonly entries?: string;
  /** A JSON file with the users, role assignments, tuples and resources that belong to them. */
  readonly facts?: string;
}

/** Serves a Permit API, on loopback unless told otherwise: given entries, or a simulated organisation whose fortnight ends now. */
export async function runSimulate(variables: Variables, { entries, facts }: SimulateOptions): Promise<number> {
  const config = parseConfig(simulateVariables, variables);
  const start = async (lifecycle: Lifecycle) => {
    const { CUSTODY_SIMULATOR_HOST: host, CUSTODY_SIMULATOR_PORT: port } = config;
    const shared = { host, port, now: () => systemClock.now() };
    const api =
      entries === undefined
        ? await startSimulator({ ...shared, seed: config.CUSTODY_SIMULATOR_SEED, anchorMs: systemClock.now() })
        : await serveEntries({ ...shared, entries, ...(facts !== undefined && { facts }) });
    lifecycle.defer('simulator', () => api.stop());
    process.stdout.write(`PERMIT_API_URL=${api.url}\nPERMIT_API_KEY=${api.apiKey}\n`);
  };
  return runProcess({ logger: createLogger({ service: 'simulator' }), start });
}
