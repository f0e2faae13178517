import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';

interface Given {
  readonly out?: string;
  readonly json?: boolean;
  readonly [parameter: string]: string | boolean | undefined;
}

const parameterNames = ['from', 'to', 'human', 'agent', 'server', 'env', 'tz'] as const;

/** `custody report`. */
export function addReport(program: Command, variables: Variables): void {
  program
    .command('report')
    .description(
      'a zip for auditors: printable page, decisions as CSV and Parquet, manifest; checked before it is kept',
    )
    .option('--from <time>', 'start, e.g. 2026-01-01, -90d (default -30d)')
    .option('--to <time>', 'end, exclusive (default now)')
    .option('--human <human>', 'under one human’s authority: key, bare id, e-mail or name')
    .option('--agent <agent>', 'of one agent: key, bare id or name')
    .option('--server <server>', 'on one MCP server')
    .option('--env <env>', 'environment, by id or key')
    .option('--tz <zone>', 'IANA time zone of the page and of dates')
    .option('--out <file>', 'where to write it; a directory takes the usual name')
    .option('--json', 'what the manifest says, machine-readable')
    .action(async (given: Given) => {
      const { runReportCommand } = await import('./report.ts');
      const parameters = new URLSearchParams();
      for (const name of parameterNames) {
        const value = given[name];
        if (typeof value === 'string') parameters.set(name, value);
      }
      const { out, json } = given;
      process.exitCode = await runReportCommand(variables, {
        parameters,
        ...(out === undefined ? {} : { out }),
        ...(json === undefined ? {} : { json }),
      });
    });
}
