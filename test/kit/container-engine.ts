import { existsSync } from 'node:fs';
import { getContainerRuntimeClient } from 'testcontainers';
import { testVariables } from './test-variables.ts';

/** Whether a container engine answers here. */
export async function hasContainerEngine(): Promise<boolean> {
  // Asking takes seconds where there is none.
  if (!testVariables.namesContainerEngine && !existsSync('/var/run/docker.sock')) return false;
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}
