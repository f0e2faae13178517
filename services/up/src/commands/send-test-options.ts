import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { SendTestArguments } from './send-test.ts';

/** `rules send-test`: does a channel work? */
export function addSendTest(rules: Command, variables: Variables): void {
  rules
    .command('send-test')
    .description('send a test, marked as one, the way that alerts go; exits with 1 where a channel does not take it')
    .option('--channel <name>', 'only this channel of the rules file; default: each')
    .option('--json', 'machine-readable')
    .action(async (given: SendTestArguments) => {
      const { runSendTest } = await import('./send-test.ts');
      process.exitCode = await runSendTest(variables, given);
    });
}
