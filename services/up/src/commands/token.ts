import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '@custody/runtime';
import type { Command } from 'commander';
import { isDemo, upVariables } from '../config.ts';
import { readStoreSecrets } from '../store-secrets.ts';

/** Where the secrets of the configured data directory are: the demo keeps its own. */
function secretsPath(): string {
  const config = parseConfig(upVariables, process.env);
  const demoPath = join(config.CUSTODY_DATA_DIR, 'demo', 'secrets.json');
  const path = join(config.CUSTODY_DATA_DIR, 'secrets.json');
  return isDemo(config) && !existsSync(path) ? demoPath : path;
}

/** Credentials. */
export function addToken(program: Command): void {
  const token = program.command('token').description('credentials');
  token
    .command('show-store')
    .description("print the embedded store's logins, for Grafana and other ClickHouse clients")
    .option('--json', 'machine-readable')
    .action(({ json = false }: { json?: boolean }) => {
      const config = parseConfig(upVariables, process.env);
      const { pipeline, reader } = readStoreSecrets(secretsPath());
      const url = `http://127.0.0.1:${config.CUSTODY_CLICKHOUSE_PORT}`;
      const text = json
        ? JSON.stringify({ url, database: 'custody', pipeline, reader }, null, 2)
        : [
            `url       ${url}, database custody`,
            `reader    ${reader.user}  ${reader.password}   (reads the views; use this one for dashboards)`,
            `pipeline  ${pipeline.user}  ${pipeline.password}   (reads and writes everything)`,
          ].join('\n');
      process.stdout.write(`${text}\n`);
    });
}
