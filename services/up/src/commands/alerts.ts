import { CustodyError, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { z } from 'zod';
import { harmless } from '../dead-letters/letter-bytes.ts';
import { alertsView, alertView, silencesView } from './alert-views.ts';
import { notedMeta, notesOf } from './answer-notes.ts';
import { ask, call, questionErrors } from './api-client.ts';
import { type OptionList, paging } from './question-options.ts';
import type { View } from './views.ts';

type Given = Readonly<Record<string, string | boolean | undefined>>;

const listed = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const answered = z.looseObject({
  data: z.unknown(),
  meta: z.looseObject({ demo: z.boolean().optional() }),
});
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

function parameters(given: Given): URLSearchParams {
  const texts = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new URLSearchParams(texts);
}

/** Prints an answer as JSON or as a person reads it, with what its reader must not miss. */
function print(body: unknown, given: Given, view: View): void {
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  const { data, meta } = answered.parse(body);
  const timeZone = String(given.tz ?? 'UTC');
  const notes = notedMeta.safeParse(meta);
  const lines = [
    ...(meta.demo ? ['DEMO: simulated decisions'] : []),
    view(data, { timeZone, bucket: 'hour' }),
    ...(notes.success ? notesOf(notes.data, timeZone) : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const uuid = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/** The id that its beginning means, among those that a list has. Throws `QUESTION_REFUSED`. */
async function wholeId(meant: string, what: 'alert' | 'silence', variables: Variables): Promise<string> {
  if (uuid.test(meant)) return meant;
  const query = new URLSearchParams({ from: '-90d', limit: '1000' });
  const { data } = listed.parse(await ask(`${what}s`, query, variables));
  const found = data.filter(({ id }) => meant.length >= 4 && id.startsWith(meant.toLowerCase()));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one.id;
  const fault = one === undefined ? `No ${what}` : `${found.length} ${what}s`;
  throw new CustodyError(
    questionErrors.QUESTION_REFUSED,
    `${fault} of the last 90 days begin with ${JSON.stringify(meant)}.`,
    {
      remedy: `Give four characters of the id or more; \`custody ${what === 'alert' ? 'alerts' : 'silence list'}\` shows them.`,
    },
  );
}

function addOptions(command: Command, options: OptionList): Command {
  command.option('--json', 'everything, machine-readable');
  for (const [flags, text] of options) command.option(flags, text);
  return command;
}

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

const matcherOptions = [
  ['env', 'environment, by id or key'],
  ['agent', 'agent, by key, bare id or name'],
  ['human', 'human, by key, bare id, e-mail or name'],
  ['server', 'server'],
  ['tool', 'tool, as create_issue or linear:create_issue'],
  ['reason-code', 'reason of denials, e.g. no_permission'],
  ['detector', 'what found it, e.g. spike'],
  ['rule', 'name of the rule'],
  ['severity', 'info, warning or critical'],
] as const;

const addEpilogue = `
A silence keeps the alerts that fit it from being told; they go on record all the same, and one that goes on when it ends is
told then. Every option that is given has to fit; values take commas, !x for "not" and x* for "starts with". It has to end.

Examples:
  custody silence add --server linear --severity '!critical' --expires 2h --reason 'upkeep of Linear'
  custody silence add --agent 'nightly*' --starts 2026-12-01 --expires 2026-12-08 --reason 'load test'`;

function addSilenceCreation(silence: Command, variables: Variables): void {
  const command = silence.command('add').description('keep some alerts from being told for a time');
  for (const [label, text] of matcherOptions) command.option(`--${label} <filter>`, text);
  command
    .requiredOption('--reason <text>', 'why; whoever wonders at the quiet reads it')
    .requiredOption('--expires <when>', 'when it ends: 2h, 7d, 2026-12-01, at most a year from now')
    .option('--starts <when>', 'when it begins; default now')
    .option('--json', 'machine-readable')
    .addHelpText('after', addEpilogue)
    .action(async ({ json, ...given }: Record<string, string> & { json?: boolean }) => {
      const { reason, expires, starts, reasonCode, ...labels } = given;
      const matcher = { ...labels, ...(reasonCode && { reason: reasonCode }) };
      const request = { matcher, reason, expires, ...(starts && { starts }) };
      const body = await call({ method: 'POST', path: 'silences', body: request }, variables);
      print(body, { json }, (data) => silencesView([data], { timeZone: 'UTC', bucket: 'hour' }));
    });
}

/** `silence`: what is not to be told for a time. */
export function addSilence(program: Command, variables: Variables): void {
  const silence = program.command('silence').description('keep alerts from being told for a time');
  addSilenceCreation(silence, variables);
  addOptions(silence.command('list', { isDefault: true }).description('silences, those that are over too'), [
    ['--from <time>', 'those that end then or later; default -30d'],
    ['--state <state>', 'pending, active, ended or expired; several with commas'],
    ['--limit <rows>', 'most rows'],
    ['--tz <zone>', 'IANA time zone of what is shown'],
  ]).action(async ({ tz, ...given }: Given) => {
    print(await ask('silences', parameters(given), variables), { ...given, tz }, silencesView);
  });
  silence
    .command('end <id>')
    .description('end one now, by its id or the beginning of it')
    .option('--json', 'machine-readable')
    .action(async (meant: string, { json }: { json?: boolean }) => {
      const id = await wholeId(meant, 'silence', variables);
      const body = await call({ method: 'DELETE', path: `silences/${id}` }, variables);
      print(body, { json }, (data) => silencesView([data], { timeZone: 'UTC', bucket: 'hour' }));
    });
}
