import { describeSwitches } from '@custody/permit-simulator/describe-switches';
import type { Variables } from '@custody/runtime';
import { type Command, Option } from 'commander';
import type { SimulateOptions } from './simulate.ts';

function collect(text: string, texts: readonly string[] = []): readonly string[] {
  return [...texts, text];
}

/** `simulate`: the Permit API for development, with its dark side. */
export function addSimulate(program: Command, variables: Variables): void {
  program
    .command('simulate')
    .description('serve a Permit API with believable traffic, or with given entries, for development')
    .option('--entries <file>', 'audit-log entries to serve instead, one JSON object a line')
    .option('--facts <file>', 'JSON with the users, role assignments, tuples and resources that belong to them')
    .addOption(new Option('--variant <name=value>', 'an undocumented behaviour; repeatable').argParser(collect))
    .addOption(new Option('--fault <name=values>', 'a fault that is on from the start; repeatable').argParser(collect))
    .addHelpText('after', () => `\n${describeSwitches()}`)
    .action(async (options: SimulateOptions) => {
      const { runSimulate } = await import('./simulate.ts');
      process.exit(await runSimulate(variables, options));
    });
}
