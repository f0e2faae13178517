import { parseSwitches, SimulatorError, type Switches, serveEntries, startSimulator } from '@custody/permit-simulator';
import {
  CustodyError,
  configErrors,
  createLogger,
  isError,
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
  CUSTODY_SIMULATOR_LIVE_PER_SECOND: wholeNumber(1, 10_000).optional(),
  CUSTODY_SIMULATOR_REQUESTS_PER_MINUTE: wholeNumber(1, 10_000_000).default(1_000),
});

export interface SimulateOptions {
  /** A file of audit-log entries, one JSON object a line, to serve instead of simulated ones. */
  readonly entries?: string;
  /** A JSON file with the users, role assignments, tuples and resources that belong to them. */
  readonly facts?: string;
  /** Each `NAME=VALUE`. */
  readonly variant?: readonly string[];
  /** Each as the help says. */
  readonly fault?: readonly string[];
}

/**
 * Serves a Permit API, on loopback unless told otherwise: given entries, or a simulated organisation whose fortnight ends now. Throws one
 * `CONFIG_INVALID` that lists every fault of variables and options.
 */
export async function runSimulate(variables: Variables, options: SimulateOptions): Promise<number> {
  const { config, switches } = read(variables, options);
  const { entries, facts } = options;
  const start = async (lifecycle: Lifecycle) => {
    const shared = {
      ...switches,
      host: config.CUSTODY_SIMULATOR_HOST,
      port: config.CUSTODY_SIMULATOR_PORT,
      requestsPerMinute: config.CUSTODY_SIMULATOR_REQUESTS_PER_MINUTE,
      now: () => systemClock.now(),
    };
    const { CUSTODY_SIMULATOR_SEED: seed, CUSTODY_SIMULATOR_LIVE_PER_SECOND: livePerSecond } = config;
    const opening =
      entries === undefined
        ? startSimulator({
            ...shared,
            seed,
            anchorMs: systemClock.now(),
            ...(livePerSecond !== undefined && { livePerSecond }),
          })
        : serveEntries({ ...shared, entries, ...(facts !== undefined && { facts }) });
    const api = await opening.catch((error: unknown) => {
      throw error instanceof SimulatorError ? refusal(error.details, error) : error;
    });
    lifecycle.defer('simulator', () => api.stop());
    process.stdout.write(`PERMIT_API_URL=${api.url}\nPERMIT_API_KEY=${api.apiKey}\n`);
  };
  return runProcess({ logger: createLogger({ service: 'simulator' }), start });
}

function read(variables: Variables, { fault = [], variant = [] }: SimulateOptions) {
  const wrong: string[] = [];
  const config = orWrong(() => parseConfig(simulateVariables, variables), wrong);
  const switches = orWrong((): Switches => parseSwitches({ variants: variant, faults: fault }), wrong);
  if (config === undefined || switches === undefined) throw refusal(wrong);
  return { config, switches };
}

function orWrong<T>(parse: () => T, wrong: string[]): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SimulatorError) wrong.push(...error.details);
    else if (isError(error, configErrors.CONFIG_INVALID)) wrong.push(...(error.fields.faults as string[]));
    else throw error;
    return undefined;
  }
}

function refusal(faults: readonly string[], cause?: unknown) {
  const message = `The simulator cannot be started like this:\n  ${faults.join('\n  ')}`;
  return new CustodyError(configErrors.CONFIG_INVALID, message, { cause, fields: { faults } });
}
