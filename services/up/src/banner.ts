import type { DataDirectory } from '@custody/runtime';
import pc from 'picocolors';
import { isDemo, type UpConfig } from './config.ts';
import type { Source } from './source.ts';
import type { StoreAccess } from './store.ts';

export interface BannerParts {
  readonly config: UpConfig;
  readonly directory: DataDirectory;
  readonly store: StoreAccess;
  readonly source: Source;
  readonly isTerminal: boolean;
}

function showLogins({ store, isTerminal }: BannerParts): string[] {
  if (store.secrets === null) return [];
  // A pipe may be a log file that others read; a terminal is the person who started it.
  if (!isTerminal) return ['  logins      npx --yes pnpm@12 custody token show-store'];
  const { reader } = store.secrets;
  return [`  login       ${reader.user} / ${reader.password} (read-only; all: custody token show-store)`];
}

/** What a person needs to know once everything is up. */
export function banner(parts: BannerParts): string[] {
  const { config, directory, store, source } = parts;
  const api = `http://${config.CUSTODY_HTTP_HOST}:${config.CUSTODY_HTTP_PORT}`;
  return [
    '',
    pc.bold(`Custody is up${isDemo(config) ? ' — DEMO: simulated decisions, no real ones' : ''}`),
    `  API         ${api}/v1/trends?bucket=hour&from=-24h`,
    `  API docs    ${api}/docs`,
    `  store       ${store.url} (any ClickHouse client, database custody)`,
    ...showLogins(parts),
    ...(config.KAFKA_BROKERS === undefined ? [] : [`  log         Kafka on ${config.KAFKA_BROKERS.join(', ')}`]),
    `  source      ${source.url}`,
    ...(isDemo(config) ? [`  incidents   ${source.url}/incidents (what the simulator stages, to compare with)`] : []),
    `  data        ${directory.path}`,
    '  Ctrl-C ends it; the next start goes on where it was.',
    '',
  ];
}
