import type { Variables } from '@custody/runtime';
import { Command } from 'commander';
import { addDeliveries } from './commands/alert-deliveries-options.ts';
import { addAlerts } from './commands/alerts.ts';
import { addBench } from './commands/bench.ts';
import { addQuestions } from './commands/questions.ts';
import { addReport } from './commands/report-options.ts';
import { addRules } from './commands/rules.ts';
import { addServices } from './commands/services.ts';
import { addSilence } from './commands/silences.ts';
import { addToken } from './commands/token.ts';

const epilogue = `
Settings are environment variables; docs/operations.md lists them. The questions speak to a running
Custody at CUSTODY_URL (default http://127.0.0.1:4800) with CUSTODY_TOKEN where one is needed.

Exit codes: 0 done, 1 failed, 2 something named in the message has to be changed first, 130 interrupted.

Examples:
  custody up                                         the whole pipeline, embedded
  custody trends --bucket hour --from -24h           decisions and denials by hour
  custody decisions --agent 'Cursor*' --decision deny   who was refused what
  custody report --from 2026-01-01 --to 2026-04-01 --human alice.archer@acme.example
  custody why 0e82b2e3-d2ed-42c1-ae0c-525256b052f0   one decision, whole
  custody alerts --status open                       what stands out now`;

/** The `custody` command line. Every command is loaded only when it is called. */
export function createCommandLine(variables: Variables): Command {
  const program = new Command('custody')
    .description('The chain of custody for AI agents: human → consent → agent → tool call → decision.')
    .showHelpAfterError('(custody --help lists the commands)')
    .configureHelp({ sortSubcommands: false })
    // Subcommands take it over: a wrong option ends with the code of a wrong configuration.
    .exitOverride()
    .addHelpText('after', epilogue);
  addServices(program, variables);
  addToken(program, variables);
  addQuestions(program, variables);
  addDeliveries(addAlerts(program, variables), variables);
  addSilence(program, variables);
  addReport(program, variables);
  addRules(program, variables);
  addBench(program, variables);
  return program;
}
