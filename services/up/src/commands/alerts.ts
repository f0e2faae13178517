import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { z } from 'zod';
import { harmless } from '../dead-letters/letter-bytes.ts';
import { alertsView, alertView } from './alert-views.ts';
import { addOptions, type Given, parameters, print, wholeId } from './alerting-answers.ts';
import { ask, call } from './api-client.ts';
import { type OptionList, paging } from './question-options.ts';

const actionDone = z.looseObject({
  data: z.looseObject({ state: z.string(), actor: z.string(), at: z.string(), note: z.string() }),
});

const listOptions: OptionList = [
  ['--from <time>', 'alerts that were active then or later, e.g. -24h, today; default -7d'],
  ['--to <time>', 'end, exclusive'],
  ['--env <env>', 'environment, by id or key; here and below several with commas, !x is "not", x* is "starts with"'],
  ['--status <status>', 'open, acknowledged, resolved or withdrawn'],
  ['--severity <severity>', 'info, warning or critical'],
  ['--rule <rule>', 'name of the rule that found it'],
  ['--detector <detector>', 'what found it, e.g. spike'],
  ['--kind <kind>', 'what it is about: agent, human, server, tool, reason, environment or pair'],
  ['--key <key>', 'key of what it is about, e.g. linear:create_issue'],
  ['--agent <agent>', 'the agent that it is about, by key, bare id or name'],
  ['--human <human>', 'the human that it is about, by key, bare id, e-mail or name'],
  ['--server <server>', 'the server that it is about'],
  ['--q <text>', 'text in title, sentence or names'],
  ['--tz <zone>', 'IANA time zone of days and of what is shown'],
  ...paging,
];

const listEpilogue = `
Without a command: the list, of alerts that were active in the last seven days, open or over (custody alerts list --help has
its options). docs/alerts.md says what an alert says and what to do.

Examples:
  custody alerts --status open,acknowledged
  custody alerts list --severity critical --from -30d --json
  custody alerts show 3f2a9c10
  custody alerts ack 3f2a9c10 --note 'the migration of Linear; mine'`;

const actionEpilogue = `
The beginning of an id is enough. The alerter takes it up at its next look, within about a minute; then it is a step of the
alert, in the name of the token, and the channels are told. Twice is once. Needs a token of scope operate.

Exit codes: 0 asked for, or so already; 1 Custody is not there; 2 refused: no such alert, it is over, or the token may not.`;

function addAction(alerts: Command, variables: Variables, name: 'ack' | 'resolve', description: string): void {
  const kind = name === 'ack' ? 'acknowledge' : 'resolve';
  addOptions(alerts.command(`${name} <id>`).description(description), [
    ['--note <text>', 'goes on record beside the name'],
  ])
    .addHelpText('after', actionEpilogue)
    .action(async (meant: string, { note, json }: { note?: string; json?: boolean }) => {
      const id = await wholeId(meant, 'alert', variables);
      const body = await call(
        { method: 'POST', path: `alerts/${id}/${kind}`, body: { ...(note && { note }) } },
        variables,
      );
      print(body, { json }, () => {
        const { data } = actionDone.parse(body);
        const who = data.actor === '' ? 'by Custody itself' : `by ${harmless(data.actor)}`;
        const done = kind === 'acknowledge' ? 'acknowledged' : 'resolved';
        if (data.state === 'done') return `${id} is ${done} already, ${who} at ${data.at}.`;
        return `Asked for ${who} at ${data.at}: ${id} will be ${done} at the alerter's next look, within about a minute.`;
      });
    });
}

/** `alerts`: what stood out, and what somebody does about it. All but `deliveries` speak to a running Custody. */
export function addAlerts(program: Command, variables: Variables): Command {
  const alerts = program.command('alerts').description('what stood out: list, look, take, resolve');
  alerts.addHelpText('after', listEpilogue);
  addOptions(
    alerts.command('list', { isDefault: true }).description('alerts, those that opened last first'),
    listOptions,
  )
    .addHelpText('after', listEpilogue)
    .action(async (given: Given) => print(await ask('alerts', parameters(given), variables), given, alertsView));
  addOptions(
    alerts
      .command('show <id>')
      .description(
        'one alert, whole: its steps, who and what, what changed before, examples and the denials around it',
      ),
    [['--tz <zone>', 'IANA time zone of what is shown']],
  ).action(async (meant: string, given: Given) => {
    const id = await wholeId(meant, 'alert', variables);
    print(await ask(`alerts/${id}`, new URLSearchParams(), variables), given, alertView);
  });
  addAction(alerts, variables, 'ack', 'say that you have taken it: its channels are told, and it reminds nobody');
  addAction(alerts, variables, 'resolve', 'end it for its channels; what goes on is told again when it grows');
  return alerts;
}
