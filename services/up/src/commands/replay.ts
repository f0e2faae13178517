import { replay } from '@custody/alerter';
import { createLogger, exitCodes, type Variables } from '@custody/runtime';
import { createStoreClient } from '@custody/store';
import { readUpConfig } from '../config.ts';
import { installationOf, storeLogin } from '../installation.ts';

/**
 * Judges once more what led to a step of an alert, and prints what came of it then and now. Resolves with the exit code: 1
 * where it is not the same. Throws `CONFIG_INVALID`, `ALERTER_NOTHING_TO_REPLAY`, `STORE_*`.
 */
export async function runReplay(variables: Variables, transitionId: string): Promise<number> {
  const config = readUpConfig(variables);
  const logger = createLogger({ service: 'replay', level: config.LOG_LEVEL });
  const login = storeLogin(config, installationOf(config));
  const client = createStoreClient({ ...login, application: 'custody-replay', logger });
  try {
    const { title, recorded, judged, isSame } = await replay(client, transitionId);
    const list = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n');
    const said = isSame
      ? 'same: judged again it comes to the same'
      : 'different: judged again it comes to something else';
    process.stdout.write(`${title}\n  recorded\n${list(recorded)}\n  judged again\n${list(judged)}\n  ${said}\n`);
    return isSame ? exitCodes.ok : exitCodes.failed;
  } finally {
    await client.close();
  }
}
