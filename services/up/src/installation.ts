import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceKind } from '@custody/runtime';
import { isDemo, type UpConfig } from './config.ts';
import { readStoreSecrets } from './store-secrets.ts';

/** Where an installation keeps its data, for commands that run beside it. */
export interface Installation {
  readonly path: string;
  readonly source: SourceKind;
  readonly secretsPath: string;
}

/**
 * The installation that the settings mean. Without a Permit key that is the demo's, unless the directory holds data from
 * Permit: whoever looks at it need not have the key.
 */
export function installationOf(config: Pick<UpConfig, 'CUSTODY_DATA_DIR' | 'PERMIT_API_KEY'>): Installation {
  const path = config.CUSTODY_DATA_DIR;
  const isOfDemo = isDemo(config) && !existsSync(join(path, 'secrets.json'));
  const own = isOfDemo ? join(path, 'demo') : path;
  return { path: own, source: isOfDemo ? 'simulator' : 'permit', secretsPath: join(own, 'secrets.json') };
}

export interface StoreLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The pipeline's login: as configured for a server, from the data directory for the embedded store. Throws `SECRETS_*`. */
export function storeLogin(config: UpConfig, { secretsPath }: Installation): StoreLogin {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: secret } = config;
  if (url !== undefined) return { url, username: user ?? 'default', password: secret ?? '' };
  const { pipeline } = readStoreSecrets(secretsPath);
  return {
    url: `http://127.0.0.1:${config.CUSTODY_CLICKHOUSE_PORT}`,
    username: user ?? pipeline.user,
    password: secret ?? pipeline.password,
  };
}
