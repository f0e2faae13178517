import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { BackfillArguments } from './backfill.ts';

const epilogue = `
Whole UTC hours are read again, one after the other, before any other work in the background; decisions that are stored
already stay as they are. The command asks by the log and follows it: Ctrl-C ends only the looking. The same command again
shows what is left, and asks for nothing twice. Hours before the beginning of history are read too; history begins
with them from then on.

Exit codes: 0 all hours are read and proven, 1 failed, or seconds of them are unreadable, 2 the range or the environment
cannot be used or there is no poller, 130 interrupted.

Examples:
  custody backfill --from -30d --to now
  custody backfill --from 2026-11-01 --to 2026-11-08T12:00:00Z --env production --json`;

/** `backfill`: any range again. */
export function addBackfill(program: Command, variables: Variables): void {
  program
    .command('backfill')
    .description('have the poller read a range of time again, and show how far it is')
    .requiredOption('--from <time>', 'start, e.g. -30d, today, 2026-11-01T00:00:00Z')
    .requiredOption('--to <time>', 'end, exclusive')
    .option('--env <env>', 'environment, by id or key; all of them without it')
    .option('--again', 'also what an earlier backfill has read')
    .option('--json', 'progress and result machine-readable, one JSON object a line')
    .addHelpText('after', epilogue)
    .action(async (given: BackfillArguments) => {
      const { runBackfillCommand } = await import('./backfill.ts');
      process.exitCode = await runBackfillCommand(variables, given);
    });
}
