import { startSimulator } from '@custody/permit-simulator';
import {
  createLogger,
  parseConfig,
  port,
  runProcess,
  systemClock,
  type Variables,
  wholeNumber,
} from '@custody/runtime';
import { z } from 'zod';

const simulateVariables = z.object({
  CUSTODY_SIMULATOR_PORT: port.default(4900),
  CUSTODY_SIMULATOR_SEED: wholeNumber(0, 2 ** 31).default(1),
});

/** Serves a simulated Permit API on loopback whose history begins a fortnight before now. */
export async function runSimulate(variables: Variables): Promise<number> {
  const config = parseConfig(simulateVariables, variables);
  const start = async (lifecycle: { defer: (name: string, close: () => Promise<void>) => void }) => {
    const simulator = await startSimulator({
      seed: config.CUSTODY_SIMULATOR_SEED,
      port: config.CUSTODY_SIMULATOR_PORT,
      anchorMs: systemClock.now(),
      now: () => systemClock.now(),
    });
    lifecycle.defer('simulator', () => simulator.stop());
    process.stdout.write(`PERMIT_API_URL=${simulator.url}\nPERMIT_API_KEY=${simulator.apiKey}\n`);
  };
  return runProcess({ logger: createLogger({ service: 'simulator' }), start });
}
