import { createHmac, randomBytes } from 'node:crypto';
import type { AlertTransition } from '@custody/decision';
import { Secret } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { alertTransition } from '../../../test/kit/alert-transition.ts';
import type { Channel, ChannelKind } from '../src/delivery/channel.ts';
import { formatFor } from '../src/delivery/format/formats.ts';
import { alertLine } from '../src/delivery/format/transition-words.ts';

const nowMs = Date.UTC(2026, 10, 27, 10, 6);
const common = { name: 'oncall', minSeverity: 'info', kinds: [], allowPrivate: false } as const;
const keys = [randomBytes(32), randomBytes(24)];
const secretOf = (key: Buffer) => new Secret(`whsec_${key.toString('base64')}`, 'env:X');
const address = (text: string) => new Secret(text, 'env:URL');

const channels: { readonly [K in ChannelKind]: Extract<Channel, { kind: K }> } = {
  webhook: { ...common, kind: 'webhook', url: address('https://soc.example.com/in'), secrets: keys.map(secretOf) },
  slack: { ...common, kind: 'slack', url: address('https://hooks.slack.com/services/T0/B0/X') },
  pagerduty: {
    ...{ ...common, kind: 'pagerduty', url: address('https://events.pagerduty.com/v2/enqueue') },
    routingKey: new Secret('R0UT1NG', 'env:KEY'),
  },
  alertmanager: {
    ...{ ...common, kind: 'alertmanager', url: address('https://am.example.com/prefix/') },
    ...{ username: null, password: null, bearerToken: null },
  },
};

function requestOf(kind: ChannelKind, transition: AlertTransition, previous: AlertTransition | null = null) {
  const { body, ...request } = formatFor(transition, channels[kind], { nowMs, previous });
  return { ...request, text: body, body: JSON.parse(body) };
}

const resolved = alertTransition({
  ...{ sequence: 3, kind: 'resolved', status: 'resolved', resolvedAtMs: nowMs - 60_000 },
  sentence: 'Nothing unusual for 60 minutes; it lasted 20 minutes, at its peak 29.',
});

describe('what each receiver is sent', () => {
  test.each(['webhook', 'slack', 'pagerduty', 'alertmanager'] as const)('%s', async (kind) => {
    const sent = [alertTransition(), resolved].map((transition) => requestOf(kind, transition).body);
    await expect(`${JSON.stringify(sent, null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}.json`);
  });

  test('a line of a terminal', () => {
    expect(alertLine(alertTransition({ isDemo: true }))).toBe(
      'critical  [DEMO] New: agent Cursor: 29 denials in 5 minutes (production). 29 denials in 5 minutes, expected 0.05, ' +
        `alert bound 12. ${alertTransition().url}`,
    );
  });
});

describe('webhook', () => {
  test('carries id, time of the attempt and one signature a secret over id, time and body', () => {
    const { headers, text } = requestOf('webhook', alertTransition());
    const { transitionId } = alertTransition();
    expect(headers).toMatchObject({ 'webhook-id': transitionId, 'webhook-timestamp': String(nowMs / 1_000) });
    const content = `${transitionId}.${nowMs / 1_000}.${text}`;
    const expected = keys.map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`);
    expect(headers['webhook-signature']).toBe(expected.join(' '));
  });
});

describe('slack', () => {
  const hostile = `<!channel> & <https://evil.example|log in> ${'é<&>'.repeat(3_000)}`;

  test('shows as text what Slack would read as a link or a mention, within its limits', () => {
    const many = Array.from({ length: 80 }, (_, index) => [
      `dimension ${index}`,
      alertTransition().contributors.tool ?? [],
    ]);
    const { body, text } = requestOf(
      'slack',
      alertTransition({ title: hostile, sentence: hostile, note: hostile, contributors: Object.fromEntries(many) }),
    );
    expect(text).not.toMatch(/<!|<https|<&/);
    const blocks = [...body.blocks, ...body.attachments[0].blocks];
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      for (const element of [block.text, ...(block.elements ?? [])].filter(Boolean)) {
        expect(element.text.length ?? element.text.text.length).toBeLessThanOrEqual(3_000);
        if (element.type === 'mrkdwn') expect(element.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }
    }
    // What can be pressed and who made it are there, whatever the facts take.
    expect(blocks.slice(-2).map(({ type }) => type)).toEqual(['actions', 'context']);
  });

  test('has no button without an absolute address', () => {
    const bare = alertTransition({ url: '/alerts/1', runbook: 'wake somebody', examples: [] });
    const { body } = requestOf('slack', bare);
    expect(JSON.stringify(body)).not.toContain('"actions"');
    expect(body.attachments[0].blocks.at(-1).elements[0].text).toContain('runbook: wake somebody');
  });

  test('is green once it is over', () => {
    expect(requestOf('slack', resolved).body).toMatchObject({
      text: expect.stringContaining(':white_check_mark: Resolved: agent Cursor'),
      attachments: [{ color: '#2e7d32' }],
    });
  });
});

test('one that is over and was more is told as that, with its facts, and as no end', () => {
  const changed = alertTransition({ sequence: 3, kind: 'changed', status: 'resolved', isLate: true });
  const { text, attachments } = requestOf('slack', changed).body;
  expect(text).toMatch(/^:(?!white_check_mark)\w+: \[late\] Changed after its end: agent Cursor/);
  expect(attachments[0].blocks.length).toBeGreaterThan(3);
});

describe('pagerduty', () => {
  test.each([
    ['opened', 'open', 'trigger'],
    ['reopened', 'open', 'trigger'],
    ['escalated', 'open', 'trigger'],
    ['reminded', 'acknowledged', 'trigger'],
    ['acknowledged', 'acknowledged', 'acknowledge'],
    ['merged', 'open', 'resolve'],
    ['withdrawn', 'withdrawn', 'resolve'],
    ['resolved', 'resolved', 'resolve'],
  ] as const)('%s (%s) is %s, under the id of the alert', (kind, status, action) => {
    const { body } = requestOf('pagerduty', alertTransition({ kind, status }));
    expect(body).toMatchObject({ event_action: action, dedup_key: alertTransition().alertId, routing_key: 'R0UT1NG' });
  });

  test('keeps within 1,024 characters of summary and 512 kB', () => {
    const long = 'é'.repeat(200_000);
    const { body, text } = requestOf(
      'pagerduty',
      alertTransition({ title: long, sentence: long, note: long, unless: long }),
    );
    expect(body.payload.summary).toHaveLength(1_024);
    expect(Buffer.byteLength(text)).toBeLessThan(512_000);
    expect(body.payload.custom_details.sentence).toMatch(/^éé.*…$/);
  });
});

describe('alertmanager', () => {
  test('is spoken to at its API, with its credentials', () => {
    const transition = alertTransition();
    const { url, headers } = requestOf('alertmanager', transition);
    expect(url).toBe('https://am.example.com/prefix/api/v2/alerts');
    expect(headers).not.toHaveProperty('authorization');
    const attempt = { nowMs, previous: null };
    const basic = { ...channels.alertmanager, username: 'custody', password: new Secret('p:w', 'env:P') };
    expect(formatFor(transition, basic, attempt).headers.authorization).toBe(`Basic ${btoa('custody:p:w')}`);
    const bearer = { ...channels.alertmanager, bearerToken: new Secret('t0ken', 'env:T') };
    expect(formatFor(transition, bearer, attempt).headers.authorization).toBe('Bearer t0ken');
  });

  test('what is told again lasts longer; what is over ended when it did, and never before it began', () => {
    const [open] = requestOf('alertmanager', alertTransition()).body;
    expect(Date.parse(open.endsAt) - nowMs).toBe(15 * 60_000);
    expect(requestOf('alertmanager', resolved).body[0].endsAt).toBe('2026-11-27T10:05:00.000Z');
    const odd = requestOf('alertmanager', { ...resolved, resolvedAtMs: 0 }).body[0];
    expect(Date.parse(odd.endsAt)).toBe(Date.parse(odd.startsAt));
  });

  test('another severity is another alert there, and the former ends with it', () => {
    const before = alertTransition({ severity: 'warning' });
    const alerts = requestOf('alertmanager', alertTransition({ sequence: 2, kind: 'escalated' }), before).body;
    expect(alerts.map((alert: { labels: { severity: string } }) => alert.labels.severity)).toEqual([
      'warning',
      'critical',
    ]);
    expect(alerts.map((alert: { endsAt: string }) => Date.parse(alert.endsAt) - nowMs)).toEqual([0, 15 * 60_000]);
    expect(requestOf('alertmanager', alertTransition(), alertTransition()).body).toHaveLength(1);
  });

  test('labels are valid names with values, and the same from beginning to end', () => {
    const labels = [alertTransition(), resolved].map(
      (transition) => requestOf('alertmanager', transition).body[0].labels,
    );
    expect(labels[0]).toEqual(labels[1]);
    for (const [name, value] of Object.entries(labels[0])) {
      expect(name).toMatch(/^[a-zA-Z_]\w*$/);
      expect(value).not.toBe('');
    }
  });
});
