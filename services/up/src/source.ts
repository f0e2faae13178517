import { startSimulator } from '@custody/permit-simulator';
import type { DataDirectory, Variables } from '@custody/runtime';
import { isDemo } from './config.ts';
import type { UpParts } from './up-parts.ts';

/** Where decisions come from, and what the poller needs to reach it. */
export interface Source {
  readonly url: string;
  readonly variables: Variables;
}

const simulatorSeed = 1;

/**
 * Permit as configured, or the simulator. The simulator's world is a function of its seed and of the moment the data
 * directory was made, so that every later start goes on with the same history.
 */
export async function startSource(parts: UpParts, directory: DataDirectory): Promise<Source> {
  const { config, clock, lifecycle, console } = parts;
  if (!isDemo(config)) return { url: config.PERMIT_API_URL ?? 'https://api.permit.io', variables: {} };
  const simulator = await startSimulator({
    seed: simulatorSeed,
    anchorMs: directory.createdAtMs,
    now: () => clock.now(),
  });
  lifecycle.defer('simulator', () => simulator.stop());
  console.event('simulator', `a Permit API with a fortnight of history at ${simulator.url}`);
  return { url: simulator.url, variables: { PERMIT_API_URL: simulator.url, PERMIT_API_KEY: simulator.apiKey } };
}
