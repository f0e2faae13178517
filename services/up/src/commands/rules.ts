import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { BacktestArguments } from './rules-run.ts';
import { addSendTest } from './send-test-options.ts';

function addRange(command: Command, usual: string): Command {
  return command
    .option('--from <time>', `start, e.g. -30d, 2026-11-01; default: ${usual}`)
    .option('--to <time>', 'end, exclusive; default: now')
    .option('--env <env>', 'environment, by id or name')
    .option('--json', 'everything, machine-readable');
}

/** `rules`: which there are, whether some are right, what they would have found, and whether they reach anybody. */
export function addRules(program: Command, variables: Variables): void {
  const rules = program.command('rules').description('what is told to whom, and by which rules');
  rules
    .command('list')
    .description('the rules that are in force, and where each comes from')
    .option('--json', 'everything, machine-readable')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { listRules } = await import('./rules-run.ts');
      await listRules(variables, json);
    });
  const test = rules
    .command('test')
    .description('check a file of rules, all faults at once, and judge the last day by it where a Custody answers')
    .argument('[file]', 'default: CUSTODY_RULES_FILE, or custody.rules.yaml');
  addRange(test, '-24h').action(async (file: string | undefined, given: BacktestArguments) => {
    const { testRules } = await import('./rules-run.ts');
    process.exitCode = await testRules(file, given, variables);
  });
  const backtest = rules
    .command('backtest')
    .description('what the rules of a file would have found, or those in force')
    .argument('[file]', 'rules, judged as if they were enabled; default: those that are in force');
  addRange(backtest, '-30d').action(async (file: string | undefined, given: BacktestArguments) => {
    const { backtestRules } = await import('./rules-run.ts');
    await backtestRules(file, given, variables);
  });
  addSendTest(rules, variables);
}
