import { configErrors, isError } from '@custody/runtime';
import { CommanderError } from 'commander';
import { expect, test, vi } from 'vitest';
import { createCommandLine } from '../src/command-line.ts';

/** What the command prints, and how it ends. Only starts that are refused: one that works runs until it is stopped. */
async function run(variables: Record<string, string>, ...args: string[]) {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const error: unknown = await createCommandLine(variables)
      .parseAsync(['node', 'custody', 'simulate', ...args])
      .catch((reason: unknown) => reason);
    return { error, output: stdout.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    stdout.mockRestore();
  }
}

test('wrong variables, variants and faults are told together, as a wrong configuration', async () => {
  const { error } = await run(
    { CUSTODY_SIMULATOR_PORT: 'many' },
    ...['--variant', 'order=sideways', '--fault', 'late=2', '--fault', '418'],
  );
  if (!isError(error, configErrors.CONFIG_INVALID)) throw error;
  for (const text of ['CUSTODY_SIMULATOR_PORT', 'order=sideways', 'late.share', '"418"']) {
    expect(error.message).toContain(text);
  }
});

test('--help explains every variant and every fault', async () => {
  const { error, output } = await run({}, '--help');
  expect(error).toBeInstanceOf(CommanderError);
  for (const text of ['order=oldest-first', 'totalCount=capped', 'between-pages', 'retry-after:seconds|date|absent']) {
    expect(output).toContain(text);
  }
});
