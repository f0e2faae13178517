import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { readChannels } from '../src/delivery/channel-config.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const variables = {
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T000/B000/XXXXSECRET',
  HOOK_SECRET: secret,
  ROUTING_KEY: 'R0UT1NGK3Y',
  SHORT: 'whsec_c2hvcnQ=',
  WITH_LOGIN: 'https://me:hunter2@hooks.example.com/',
};

function read(text: string, directory = '/nowhere') {
  return readChannels(parse(text), variables, directory);
}

test('the smallest channel is three lines, and goes on with what is usual', () => {
  const { channels, faults } = read('- name: oncall\n  slack: { url: env:SLACK_WEBHOOK_URL }');
  expect(faults).toEqual([]);
  expect(channels).toMatchObject([{ name: 'oncall', kind: 'slack', minSeverity: 'info', allowPrivate: false }]);
  expect(channels[0]?.kinds).toContain('resolved');
  expect(channels[0]?.url.value).toBe(variables.SLACK_WEBHOOK_URL);
});

test('every kind is read, with secrets out of variables and files', () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'old.key'), `whsec_${randomBytes(24).toString('base64')}\n`);
  const text = `
- name: soc
  webhook: { url: 'https://soc.example.com/in', secret: env:HOOK_SECRET, old_secrets: [file:old.key] }
  min_severity: warning
  kinds: [opened, resolved]
- name: pager
  pagerduty: { routing_key: env:ROUTING_KEY }
- name: ours
  alertmanager: { url: 'http://alertmanager:9093', username: custody, password: env:ROUTING_KEY }
  allow_private: true
`;
  const { channels, faults } = read(text, directory.path);
  expect(faults).toEqual([]);
  expect(channels.map(({ kind }) => kind)).toEqual(['webhook', 'pagerduty', 'alertmanager']);
  expect(channels[0]).toMatchObject({ minSeverity: 'warning', kinds: ['opened', 'resolved'] });
  expect(channels[1]?.url.value).toBe('https://events.pagerduty.com/v2/enqueue');
});

test('all faults come together, and none repeats a secret', () => {
  const text = `
- name: a
  slack: { url: 'https://hooks.slack.com/services/T000/B000/XXXXSECRET' }
  webhook: { url: 'https://x.example/?token=tok3n', secret: env:SHORT }
- name: a
  slak: { url: env:SLACK_WEBHOOK_URL }
  min_severity: urgent
- name: b c
  pagerduty: { routing_key: env:MISSING }
- name: d
  webhook: { url: env:WITH_LOGIN, secret: env:HOOK_SECRET, old_secret: [] }
- name: e
  alertmanager: { url: 'http://alertmanager:9093', bearer_token: env:ROUTING_KEY, password: env:ROUTING_KEY }
- name: f
  alertmanager: { url: 'http://alertmanager:9093' }
- 7
`;
  const { channels, faults } = read(text);
  expect(channels).toEqual([]);
  expect(faults).toMatchInlineSnapshot(`
    [
      "channels[0].webhook.url: must not hold a ?query: what may be a secret is named by env:NAME or file:PATH",
      "channels[0].webhook.secret: what env:SHORT holds must be whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)" makes one",
      "channels[0].slack.url: must be env:NAME or file:PATH: put the secret itself into a variable or a file of its own, and name that here",
      "channels[0]: must have exactly one of webhook, slack, pagerduty, alertmanager; it has 2",
      "channels[1].min_severity: must be one of info, warning, critical",
      "channels[1].slak: is not known; slack is meant?",
      "channels[1]: must have exactly one of webhook, slack, pagerduty, alertmanager; it has 0",
      "channels[2].name: must be a name of letters, digits, "-" and "_", no longer than 40",
      "channels[2].pagerduty.routing_key: the variable MISSING is not set",
      "channels[3].webhook.url: what env:WITH_LOGIN holds must not hold a user name or a password",
      "channels[3].webhook.old_secret: is not known; old_secrets is meant?",
      "channels[4].alertmanager: needs username and password, or neither",
      "channels[4].alertmanager: has bearer_token and password: keep one",
      "channels[5]: its address must be https://; http:// is for private networks, with allow_private: true",
      "channels[6]: must be a channel: name, and one of webhook, slack, pagerduty and alertmanager",
      "channels[1].name: is that of channels[0]",
    ]
  `);
  for (const hidden of ['XXXXSECRET', 'tok3n', 'hunter2', secret, 'R0UT1NGK3Y', 'c2hvcnQ=']) {
    expect(faults.join('\n')).not.toContain(hidden);
  }
});

test.each([
  ['channels: x', 'x'],
  ['a map', { name: 'a' }],
])('%s is no list of channels', (_, value) => {
  expect(readChannels(value, {}, '').faults).toEqual(['channels: must be a list of channels']);
});

test('without channels there are none', () => {
  expect(readChannels(undefined, {}, '')).toEqual({ channels: [], faults: [] });
});

test('a channel that is printed or turned into JSON shows references only', () => {
  const { channels } = read('- name: oncall\n  slack: { url: env:SLACK_WEBHOOK_URL }');
  for (const shown of [
    JSON.stringify(channels),
    inspect(channels, { depth: 9, showHidden: true }),
    `${channels[0]?.url}`,
  ]) {
    expect(shown).toContain('env:SLACK_WEBHOOK_URL');
    expect(shown).not.toContain('XXXXSECRET');
  }
});
