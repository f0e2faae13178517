import { userInfo } from 'node:os';
import { createLogger, faultsOf, invalidConfig, systemClock, type Variables } from '@custody/runtime';
import {
  createStoreClient,
  placeHold,
  readEnvironments,
  readRetention,
  readRetentionReport,
  releaseHold,
  type StoreClient,
} from '@custody/store';
import { readUpConfig } from '../config.ts';
import { installationOf, storeLogin } from '../installation.ts';
import { holdEnvironment, holdRange, holdReason } from '../retention/hold-range.ts';
import { retentionText } from '../retention/retention-text.ts';

export interface HoldArguments {
  readonly env?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
  readonly by?: string;
  readonly json?: boolean;
}

export interface ReleaseArguments {
  readonly reason: string;
  readonly by?: string;
  readonly json?: boolean;
}

const reportTimeoutMs = 300_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function withStore<T>(variables: Variables, work: (client: StoreClient) => Promise<T>): Promise<T> {
  const config = readUpConfig(variables);
  const logger = createLogger({ service: 'retention', level: config.LOG_LEVEL });
  const login = storeLogin(config, installationOf(config));
  const client = createStoreClient({ ...login, application: 'custody-retention', logger, timeoutMs: reportTimeoutMs });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function whoIs(by: string | undefined): string {
  return by?.trim() || userInfo().username;
}

/** Prints what is kept and what goes when. Deletes nothing. Throws `CONFIG_INVALID`, `SECRETS_*` and `STORE_*`. */
export async function showRetention(variables: Variables, { json = false }: { json?: boolean }): Promise<void> {
  const faults = [...faultsOf(() => readUpConfig(variables)), ...faultsOf(() => readRetention(variables))];
  if (faults.length > 0) throw invalidConfig([...new Set(faults)]);
  const policies = readRetention(variables);
  const report = await withStore(variables, (client) => readRetentionReport(client, policies, systemClock.now()));
  say(json ? JSON.stringify(report, null, 2) : retentionText(report));
}

/** Places a hold. Throws `RETENTION_REFUSED` and what `showRetention` throws. */
export async function holdRows(variables: Variables, given: HoldArguments): Promise<void> {
  const range = holdRange(given, systemClock.now());
  const reason = holdReason(given.reason);
  const id = await withStore(variables, async (client) => {
    const envId = holdEnvironment(given.env, await readEnvironments(client));
    return placeHold(client, { envId, ...range, reason, who: whoIs(given.by) });
  });
  say(given.json ? JSON.stringify({ hold_id: id }) : `held, from the next step of any expiry on: ${id}`);
}

/** Releases a hold. Throws `STORE_NO_SUCH_HOLD`, `RETENTION_REFUSED` and what `showRetention` throws. */
export async function releaseRows(variables: Variables, id: string, given: ReleaseArguments): Promise<void> {
  const reason = holdReason(given.reason);
  const hold = await withStore(variables, (client) => releaseHold(client, { id, reason, who: whoIs(given.by) }));
  const text = `released: ${hold.hold_id} (${hold.reason}); what no other hold keeps goes with the next expiry`;
  say(given.json ? JSON.stringify({ hold_id: hold.hold_id }) : text);
}
