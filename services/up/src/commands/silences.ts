import type { Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { addOptions, type Given, parameters, print, wholeId } from './alerting-answers.ts';
import { ask, call } from './api-client.ts';
import { silencesView } from './silences-view.ts';

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
