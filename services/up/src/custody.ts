#!/usr/bin/env node
import { exitCodeOf, explainError } from '@custody/runtime';
import { createCommandLine } from './command-line.ts';

try {
  await createCommandLine().parseAsync();
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
