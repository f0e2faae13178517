import { exitCodeOf, exitCodes, explainError } from '@custody/runtime';
import { CommanderError } from 'commander';
import { createDevCommand } from './dev-command.ts';

try {
  await createDevCommand().parseAsync();
  process.exit(exitCodes.ok);
} catch (error) {
  // Already said by the command line itself; also thrown after --help.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.configuration);
  process.stderr.write(`${explainError(error)}\n`);
  process.exit(exitCodeOf(error));
}
