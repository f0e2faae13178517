import { exitCodeOf, exitCodes, explainError } from '@custody/runtime';
import { CommanderError } from 'commander';
import { createCommandLine } from './command-line.ts';

try {
  await createCommandLine(process.env).parseAsync();
} catch (error) {
  // Already said by the command line itself; also thrown after --help.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.configuration);
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
