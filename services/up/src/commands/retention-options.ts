import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { HoldArguments, ReleaseArguments } from './retention.ts';

const epilogue = `
Nothing expires unless CUSTODY_RETENTION_DECISIONS_DAYS, CUSTODY_RETENTION_ENTRIES_DAYS or the file of environments say so.
Sums and seals stay. This command deletes nothing. Times are UTC; "disk in a year" is at the rate of the last 30 days.

Examples:
  custody retention
  custody retention --json
  custody retention hold --env production --from 2026-03-01 --to 2026-04-01 --reason 'case 2026/114'
  custody retention release 0e82b2e3 --reason 'case closed'`;

const holdEpilogue = `
Whole UTC hours are held, decisions and entries alike, whatever the policies say. Without --env of every environment, without
--from from the beginning on, without --to for ever. An expiry that is under way stops before its next step.`;

/** `retention`: what is kept, what goes when, and what is held. */
export function addRetention(program: Command, variables: Variables): void {
  const command = program
    .command('retention')
    .description('what is kept, how it grows, what goes when, and what is held')
    .option('--json', 'machine-readable')
    .addHelpText('after', epilogue)
    .action(async (given: { json?: boolean }) => {
      const { showRetention } = await import('./retention.ts');
      await showRetention(variables, given);
    });
  command
    .command('hold')
    .description('keep rows whatever the policies say')
    .requiredOption('--reason <text>', 'why')
    .option('--env <env>', 'environment, by id or name; all of them without it')
    .option('--from <time>', 'start, e.g. 2026-11-01T00:00:00Z')
    .option('--to <time>', 'end, exclusive')
    .option('--by <name>', 'who says so; the name of this login without it')
    .addHelpText('after', holdEpilogue)
    .action(async (given: HoldArguments, { parent }: Command) => {
      const { holdRows } = await import('./retention.ts');
      await holdRows(variables, { ...given, ...parent?.opts() });
    });
  command
    .command('release <id>')
    .description('end a hold, named by its id or the beginning of it')
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who says so; the name of this login without it')
    .action(async (id: string, given: ReleaseArguments, { parent }: Command) => {
      const { releaseRows } = await import('./retention.ts');
      await releaseRows(variables, id, { ...given, ...parent?.opts() });
    });
}
