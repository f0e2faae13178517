import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { addBackfill } from './backfill-options.ts';
import { addDeadLetters } from './dead-letters-options.ts';
import type { DoctorArguments } from './doctor.ts';
import { addRetention } from './retention-options.ts';
import { addSimulate } from './simulate-options.ts';

type Run = (variables: Variables) => Promise<number>;

/** Runs a service to its end. What it leaves open (a socket to a dead server) must not keep the process. */
function running(variables: Variables, load: () => Promise<Run>): () => Promise<void> {
  return async () => {
    const run = await load();
    process.exit(await run(variables));
  };
}

/** The query service with the dashboard, which it knows as a folder of files only. */
async function loadQuery(): Promise<Run> {
  const [{ runQuery }, { builtPages }] = await Promise.all([import('@custody/query'), import('@custody/dashboard')]);
  return (variables) => runQuery(variables, { findPages: builtPages });
}

/** `up` and the services one by one. */
export function addServices(program: Command, variables: Variables): void {
  program
    .command('up')
    .description('run the whole pipeline with its embedded engines; without PERMIT_API_KEY, the demo')
    .action(running(variables, async () => (await import('../up.ts')).runUp));
  program
    .command('poll')
    .description('read decisions and grants out of the Permit API into the log')
    .action(running(variables, async () => (await import('@custody/poller')).runPoller));
  program
    .command('consume')
    .description('attribute the decisions in the log and store them')
    .action(running(variables, async () => (await import('@custody/consumer')).runConsumer));
  program
    .command('seal')
    .description('seal hours once they are proven, and sum them up')
    .action(running(variables, async () => (await import('@custody/sealer')).runSealer));
  program
    .command('watch')
    .description('judge what stands out among denials, and tell people')
    .option(
      '--replay <transition>',
      'judge once more what led to a step of an alert, and say whether the same comes of it',
    )
    .action(async ({ replay }: { replay?: string }) => {
      if (replay === undefined) {
        await running(variables, async () => (await import('@custody/alerter')).runAlerter)();
        return;
      }
      const { runReplay } = await import('./replay.ts');
      process.exitCode = await runReplay(variables, replay);
    });
  program.command('serve').description('serve the dashboard and the HTTP API').action(running(variables, loadQuery));
  program
    .command('migrate')
    .description('bring topics and tables to this version')
    .option('--dry-run', 'print what would be done')
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      const { runMigrate } = await import('./migrate.ts');
      await runMigrate(variables, { dryRun });
    });
  program
    .command('doctor')
    .description('look at configuration, data, sums, coverage and API, and say what is wrong')
    .option('--repair', 'put on record and repair what is not as it has to be')
    .option('--json', 'machine-readable')
    .action(async (given: DoctorArguments) => {
      const { runDoctor } = await import('./doctor.ts');
      process.exitCode = await runDoctor(variables, given);
    });
  program
    .command('verify')
    .description(
      'hold all that is kept against what it has to be: each decision once, every sum, every seal in its chain',
    )
    .option('--repair', 'put on record and repair what is not as it has to be')
    .option('--json', 'machine-readable')
    .action(async (given: DoctorArguments) => {
      const { runDoctor } = await import('./doctor.ts');
      process.exitCode = await runDoctor(variables, { ...given, onlyVerify: true });
    });
  addBackfill(program, variables);
  addDeadLetters(program, variables);
  addRetention(program, variables);
  addSimulate(program, variables);
}
