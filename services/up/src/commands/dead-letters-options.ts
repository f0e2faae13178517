import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { ListArguments, ReplayArguments, ShowArguments } from './dead-letters.ts';

const listEpilogue = `
Entries that could not be understood, each with its bytes, its reason and its origin, which is its name. One that was replayed
and failed again is one line, with its newest attempt. --from and --to mean when it failed; --hour means the UTC hour it was
read for. States: dead (waits for a replay), replayed (on its way through the consumer), stored (mended; shown with --all).

Examples:
  custody dead-letters list --from -24h
  custody dead-letters list --fault invalid_timestamp --env production --json`;

const replayEpilogue = `
Bytes, key and original headers go back to the decisions topic, and the consumer handles them again: run it once their cause
is mended. A decision lands once, however often it is replayed. What is stored since, or was replayed and is on its way, is
left out (--again takes it in). Conflicting entries are never replayed: a decision keeps its first time.
Ctrl-C stops it; the same command goes on with the rest.

Exit codes: 0 all of them are stored (or --wait 0), 1 some failed again, or the consumer did not handle them while it waited,
2 a filter is not usable, 130 interrupted.

Examples:
  custody dead-letters replay --fault invalid_field --dry-run
  custody dead-letters replay --from 2026-11-26T20:00:00Z`;

function withFilters(command: Command): Command {
  return command
    .option('--fault <fault>', 'why it was refused, e.g. not_json')
    .option('--step <step>', 'the step of the consumer that refused it, e.g. validate')
    .option('--env <env>', 'environment, by id or key')
    .option('--from <time>', 'failed at or after, e.g. -24h, today, 2026-11-01T00:00:00Z')
    .option('--to <time>', 'failed before')
    .option('--hour <time>', 'the UTC hour that it was read for')
    .option('--json', 'machine-readable');
}

/** `dead-letters`: what could not be understood. */
export function addDeadLetters(program: Command, variables: Variables): void {
  const command = program.command('dead-letters').description('entries that could not be understood: look, and replay');
  withFilters(command.command('list').description('list them, newest first, and count them by fault'))
    .option('--limit <count>', 'the newest so many', '100')
    .option('--all', 'also those that were replayed and stored')
    .addHelpText('after', listEpilogue)
    .action(async (given: ListArguments) => {
      const { listDeadLetters } = await import('./dead-letters.ts');
      await listDeadLetters(variables, given);
    });
  command
    .command('show <origin>')
    .description('one of them, whole: headers, what became of it, and its bytes')
    .option('--raw', 'exactly its bytes, and nothing else')
    .option('--json', 'machine-readable')
    .action(async (origin: string, given: ShowArguments) => {
      const { showDeadLetter } = await import('./dead-letters.ts');
      await showDeadLetter(variables, origin, given);
    });
  withFilters(command.command('replay').description('have the consumer handle them again'))
    .option('--limit <count>', 'the newest so many; all without it')
    .option('--again', 'also what was replayed before')
    .option('--dry-run', 'show what would be replayed')
    .option('--wait <seconds>', 'for the consumer, after its last sign of life; 0: not at all', '30')
    .addHelpText('after', replayEpilogue)
    .action(async (given: ReplayArguments) => {
      const { replayDeadLetters } = await import('./dead-letters.ts');
      process.exitCode = await replayDeadLetters(variables, given);
    });
}
