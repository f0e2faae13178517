import { CustodyError, configErrors, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { readStoreSecrets } from '../store-secrets.ts';
import { addApiTokens } from './api-tokens.ts';

/** Credentials: tokens of the API, and the embedded store's logins. */
export function addToken(program: Command, variables: Variables): void {
  const token = program.command('token').description('credentials');
  addApiTokens(token, variables);
  token
    .command('show-store')
    .description("print the embedded store's logins, for Grafana and other ClickHouse clients")
    .option('--json', 'machine-readable')
    .option('--login <which>', 'only reader or pipeline, as user:password for curl --user')
    .action(async ({ json = false, login }: { json?: boolean; login?: string }) => {
      const [{ readUpConfig }, { installationOf }] = await Promise.all([
        import('../config.ts'),
        import('../installation.ts'),
      ]);
      const config = readUpConfig(variables);
      const { pipeline, reader } = readStoreSecrets(installationOf(config).secretsPath);
      const url = `http://127.0.0.1:${config.CUSTODY_CLICKHOUSE_PORT}`;
      const asked = login === undefined ? undefined : { reader, pipeline }[login];
      if (login !== undefined && asked === undefined) {
        throw new CustodyError(configErrors.CONFIG_INVALID, `--login is reader or pipeline, not ${login}.`);
      }
      if (asked !== undefined) {
        process.stdout.write(`${asked.user}:${asked.password}\n`);
        return;
      }
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
