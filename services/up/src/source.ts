import { startSimulator } from '@custody/permit-simulator';
import type { DataDirectory, Variables } from '@custody/runtime';
import type { UpParts } from './up-parts.ts';

/** Where decisions come from, and what the poller needs to reach it. */
export interface Source {
  /** Where it is: of several environments, each address once. */
  readonly url: string;
  readonly variables: Variables;
}

const simulatorSeed = 1;

/**
 * Permit as configured, or the simulator. The simulator's world is a function of its seed and of the moment the data
 * directory was made, so that every later start goes on with the same history.
 */
export async function startSource(parts: UpParts, directory: DataDirectory): Promise<Source> {
  const { poller, clock, lifecycle, console } = parts;
  if (poller !== null) {
    const urls = new Set(poller.environments.map(({ apiUrl }) => apiUrl));
    return { url: [...urls].join(', '), variables: {} };
  }
  const simulator = await startSimulator({
    seed: simulatorSeed,
    anchorMs: directory.createdAtMs,
    now: () => clock.now(),
  });
  lifecycle.defer('simulator', () => simulator.stop());
  console.event('simulator', `a Permit API with a fortnight of history at ${simulator.url}`);
  return { url: simulator.url, variables: { PERMIT_API_URL: simulator.url, PERMIT_API_KEY: simulator.apiKey } };
}
