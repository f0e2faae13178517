import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { DeliveryArguments } from './alert-deliveries.ts';

const epilogue = `
What a channel did not take, however often it was tried, is a dead letter: it waits here until somebody has it sent again. This
reads the alerts topic, running or not, and needs no token. Sent again means owed again: the alerter that leads sends it,
under the same id, and before anything later of the same alert. Mend the channel first (custody rules send-test).

Exit codes: 0 done, 1 the log does not answer, 2 nothing is called so, or there is no log here.

Examples:
  custody alerts deliveries
  custody alerts deliveries send 3f2a9c10 --channel oncall
  custody alerts deliveries send --all`;

/** `alerts deliveries`: what could not be told. */
export function addDeliveries(alerts: Command, variables: Variables): void {
  const deliveries = alerts
    .command('deliveries')
    .description('steps of alerts that a channel did not take: look, and send again')
    .addHelpText('after', epilogue);
  deliveries
    .command('list', { isDefault: true })
    .description('list them, oldest first')
    .option('--channel <name>', 'of this channel')
    .option('--json', 'machine-readable')
    .action(async (given: DeliveryArguments) => {
      const { listDeliveries } = await import('./alert-deliveries.ts');
      await listDeliveries(variables, given);
    });
  deliveries
    .command('send [id]')
    .description('have one sent again, by its id or the beginning of it, or all of them')
    .option('--all', 'all of them')
    .option('--channel <name>', 'to this channel')
    .option('--json', 'machine-readable')
    .action(async (id: string | undefined, given: DeliveryArguments) => {
      const { sendDeliveries } = await import('./alert-deliveries.ts');
      await sendDeliveries(variables, id, given);
    });
}
