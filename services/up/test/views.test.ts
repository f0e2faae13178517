import { describe, expect, test } from 'vitest';
import { notesOf } from '../src/commands/answer-notes.ts';
import { tokensView } from '../src/commands/api-tokens.ts';
import { coverageView } from '../src/commands/coverage-view.ts';
import { accessChangesView, entitiesView, entityView } from '../src/commands/entity-views.ts';
import { sealsView } from '../src/commands/seals-view.ts';
import { sparkline } from '../src/commands/sparkline.ts';
import { formatTable } from '../src/commands/table.ts';
import { decisionsView, measuredView } from '../src/commands/views.ts';
import { whyView } from '../src/commands/why-view.ts';

const options = { timeZone: 'Europe/Berlin', bucket: 'day' };

const decision = {
  decision_id: '0e82b2e3-d2ed-42c1-ae0c-525256b052f0',
  occurred_at: '2026-10-25T00:59:59.999Z',
  env_id: 'e1',
  env_name: 'production',
  tenant: 'default',
  agent_key: 'agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001',
  agent_name: 'Cursor',
  human_key: 'human|alice',
  human_name: 'Alice Archer',
  human_email: 'alice@acme.example',
  human_candidates: [] as string[],
  attribution: 'exact',
  evidence: 'consent',
  server: 'linear',
  resource: 'linear:linear',
  tool: 'delete_issue',
  decision: 'deny',
  reason: 'user lacks it',
  reason_code: 'no_permission',
  trust_level: 'high',
  ceiling_level: 'medium',
  required_level: 'high',
  ingested_at: '2026-10-25T01:00:05.000Z',
};

test('columns are aligned, quantities to the right, and an empty answer says so', () => {
  expect(formatTable([])).toBe('nothing found');
  const rows = [
    { tool: 'a', decisions: 1234, denied: '6.5 %' },
    { tool: 'longer', decisions: 5, denied: '' },
  ];
  expect(formatTable(rows).split('\n')).toEqual([
    'tool    decisions  denied',
    'a           1,234   6.5 %',
    'longer          5',
  ]);
});

describe('decisions', () => {
  test('a line says who, on whose authority, what, and why not; the id stays whole', () => {
    const [, line] = decisionsView([decision], options).split('\n');
    expect(line?.split(/ {2,}/)).toEqual([
      '2026-10-25 02:59:59',
      'deny',
      'Cursor 4f2c7a10',
      'Alice Archer',
      'exact',
      'linear',
      'delete_issue',
      'medium',
      'high',
      'no_permission',
      decision.decision_id,
    ]);
  });

  test('nobody is named where nobody is known', () => {
    const unknown = { ...decision, human_key: '', human_name: '', attribution: 'unknown' };
    expect(decisionsView([unknown], options)).toContain('  ?  ');
    const several = { ...unknown, attribution: 'ambiguous', human_candidates: ['human|a', 'human|b'], possible: true };
    expect(decisionsView([several], options)).toMatch(/one of 2 +possible/);
  });

  test('why: what decided it, what has to change and who has to do it, and the check to repeat', () => {
    const sentence =
      'consent low, ceiling medium: low at most, limited by the consent; the tool needs high: not enough';
    const trust = { consent: 'low', ceiling: 'medium', required: 'high', sentence };
    const remedies = [
      { code: 'raise_ceiling', sentence: "An admin must raise Alice Archer's maximum" },
      { code: 'novel', sentence: 'Alice Archer must consent again' },
    ];
    const denial = { sentence: "No permission for 'delete_issue'", remedies };
    const lines = whyView({ ...decision, consented_at: null, trust, denial, entry: '{}' }, options).split('\n');
    expect(lines).toContain("why          No permission for 'delete_issue'");
    expect(lines).toContain(`trust        ${sentence}`);
    expect(lines).toContain(
      "remedy       An admin must raise Alice Archer's maximum [raise_ceiling]; and: Alice Archer must consent again [novel]",
    );
    expect(lines).toContain(
      'check        permit.check("agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001", "delete_issue", "linear:linear")',
    );
  });

  test('a name that would move the cursor is shown as the text that it is', () => {
    const named = { ...decision, agent_name: 'Cur\u001b[2Jsor\r', reason: 'no\nALLOW' };
    const trust = { consent: '', ceiling: '', required: '', sentence: '' };
    const shown = [decisionsView([named], options), whyView({ ...named, consented_at: null, trust }, options)].join(
      '\n',
    );
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(shown).toContain('Cur\\u{1b}[2Jsor\\u{0d}');
    expect(shown).toContain('no\\u{0a}ALLOW');
  });

  test('why: what was allowed has no remedy, and what no level is known of has no arithmetic', () => {
    const trust = { consent: '', ceiling: '', required: '', sentence: 'no levels are known' };
    const allowed = { ...decision, decision: 'allow', reason_code: '', consented_at: null, trust, denial: null };
    expect(whyView(allowed, options)).not.toMatch(/^(why|trust|remedy) /m);
  });
});

test('bars: a dot for nothing, a bar for anything, the whole height for the most', () => {
  expect(sparkline([0, 1, 50, 100])).toBe('·▁▄█');
  expect(sparkline([0, 0])).toBe('··');
});

test('measures: what top= leaves out stands as others, a rate of nothing stays empty', () => {
  const rows = [
    { agent: 'agent|a', decisions: 3, deny_rate: 0.5 },
    { agent: null, decisions: 2, deny_rate: null, other: true },
  ];
  expect(measuredView(rows, options).split('\n')).toEqual([
    'agent     decisions  deny_rate',
    'agent|a           3     50.0 %',
    '(others)          2',
  ]);
});

test('measures: days in the zone, rates as percentages, what they are compared with beside them', () => {
  const compare = { bucket: '2026-10-17T22:00:00.000Z', decisions: 20, deny_rate: null };
  const row = { bucket: '2026-10-24T22:00:00.000Z', server: 'linear', decisions: 10, deny_rate: 0.0654, compare };
  expect(measuredView([row], options).split('\n')).toEqual([
    'bucket (Europe/Berlin)  server  decisions  decisions before  deny_rate  deny_rate before',
    '2026-10-25              linear         10                20      6.5 %',
  ]);
});

describe('agents, humans and servers', () => {
  const counts = { decisions: 5, denials: 1, undecided: 1, tools: 2, servers: 1, first_seen: null, last_seen: null };
  const agent = { agent: 'agent|x', name: 'Cursor', humans: 1, ...counts };
  const grant = {
    env_id: 'e1',
    kind: 'consent',
    grant_id: 'g',
    agent_key: 'agent|x',
    agent_name: 'Cursor',
    human_key: 'human|alice',
    human_name: 'Alice Archer',
    server: 'linear',
    tool: '',
    level: 'low',
    valid_from: '2026-10-01T10:00:00.000Z',
    first_seen: '2026-10-02T10:00:00.000Z',
    last_seen: '2026-10-03T10:00:00.000Z',
    first_missing: null,
    active: false,
  };

  test('a list shows the share of denials among what was decided, and the key', () => {
    expect(entitiesView([agent], options)).toMatch(/Cursor +5 +1 +25\.0 % +1 +1 +2 +agent\|x/);
  });

  test('one of them shows its grants, and when a lost one was last seen', () => {
    const connected = { humans: [], servers: [], tools: [] };
    const text = entityView({ ...agent, connected, consents: [grant], ceilings: [], tool_levels: [] }, options);
    expect(text).toMatch(
      /CONSENTS\n.*\nCursor x +Alice Archer +linear +low +2026-10-01 12:00 +2026-10-03 12:00 or later/,
    );
    expect(text).not.toContain('CEILINGS');
  });

  test('a change of access shows the time before which it was not, where it is not known to the second', () => {
    const change = { ...grant, change: 'ended', at: '2026-10-04T10:00:00.000Z', not_before: grant.last_seen };
    expect(accessChangesView([change], options)).toMatch(/2026-10-04 12:00:00 +2026-10-03 12:00:00 +consent +ended/);
    const exact = { ...change, not_before: change.at };
    expect(accessChangesView([exact], options)).toMatch(/2026-10-04 12:00:00 +consent/);
  });

  test('a flip of verdicts shows why and which call, a change of a grant whether a call followed', () => {
    const at = '2026-10-04T10:00:00.000Z';
    const appeared = { ...grant, change: 'appeared', at, not_before: at };
    const ids = { decision_id: '0e82b2e3-d2ed-42c1-ae0c-525256b052f0', previous_decision_id: 'x', grant_id: 'r-7' };
    const flip = { ...appeared, kind: 'decision', change: 'denied', cause: 'ceiling_lowered', ...ids };
    const text = accessChangesView([flip, appeared, { ...appeared, followed_at: at }], options);
    expect(text).toMatch(/decision +denied .*ceiling lowered: r-7 +0e82b2e3-d2ed-42c1-ae0c-525256b052f0/);
    expect(text).toMatch(/consent +appeared .*no call since/);
    expect(text).toMatch(/consent +appeared .*last call 2026-10-04 12:00/);
    expect(accessChangesView([{ ...flip, cause: 'unexplained', grant_id: '' }], options)).toMatch(/unexplained +0e82/);
  });
});

test('coverage: a poller that never reported hides no other, and what an older one does not know stays empty', () => {
  const seconds = { open_seconds: 960, blind_seconds: 1234, unreadable_seconds: 0 };
  const times = { oldest: '2026-10-01T00:00:00.000Z', proven_until: '2026-10-25T00:30:00.000Z' };
  const silent = { env_id: 'e1', env_name: 'production', ...times, ...seconds, reported: null };
  const reported = {
    ...{ as_of: '2026-10-25T01:00:00.000Z', oldest_open: '2026-10-25T00:30:00.000Z' },
    ...{ rows_listed: 5, rows_read: 3, rows_missing: 2, requests_spent: 70, requests_refused: 1 },
    facts_unreadable: [],
  };
  expect(coverageView([silent], options)).not.toContain('reported');
  const text = coverageView([silent, { ...silent, env_id: 'e2', env_name: 'staging', reported }], options);
  const [, production, , blank, header, staging, ...rest] = text.split('\n');
  expect(production).toMatch(/^production +2026-10-01 02:00:00 +2026-10-25 02:30:00 +960 s +1,234 s +0 s +e1$/);
  expect([blank, rest]).toEqual(['', []]);
  expect(header).toMatch(/evidence owed +oldest owed +evidence read +deleted first/);
  expect(staging).toMatch(/^staging +2026-10-25 02:00:00 +5 +3 +2 +2026-10-25 02:30:00 +1,800 s +70 +1 +none$/);
});

test('seals say what an hour lacks, and whether it changed since', () => {
  const sealed = {
    ...{ env_name: 'production', hour: '2026-10-25T00:00:00Z', state: 'complete', revision: 1, decisions: 1_300 },
    ...{ listed: 1_300, dead_letters: 0, missing: 0, reasons: [], digest: '54d5a44fe79c9ca6c1c7', is_current: true },
  };
  const lacking = { ...sealed, state: 'incomplete', dead_letters: 2, reasons: ['dead_letters'], is_current: false };
  const [header, whole, incomplete] = sealsView([sealed, lacking], options).split('\n');
  expect(header).toMatch(/^environment +hour \(Europe\/Berlin\) +state +revision +decisions +listed/);
  expect(whole).toMatch(/^production +2026-10-25 02:00 +complete +1 +1,300 +1,300 +0 +0 +54d5a44fe79c$/);
  expect(incomplete).toMatch(/incomplete, changed since +1 +1,300 +1,300 +2 +0 +dead_letters +54d5a44fe79c$/);
});

test('tokens say what they are restricted to, and whether they are valid', () => {
  const token = {
    ...{
      id: 'f1',
      name: 'grafana',
      scope: 'read',
      env: ['e1', 'e2'],
      server: null,
      human: ['human|ada'],
      hint: 'x-Z_',
    },
    ...{ created_at: '2026-10-25T00:00:00.000Z', created_by: 'root', expires_at: null, revoked_at: null },
    last_used_at: '2026-10-26T01:02:03.004Z',
  };
  const expired = { ...token, env: null, human: null, expires_at: '2026-10-25T10:00:00.000Z', last_used_at: null };
  const revoked = { ...expired, revoked_at: '2026-10-25T09:00:00.000Z' };
  const [header, ...rows] = tokensView([token, expired, revoked], Date.UTC(2026, 9, 25, 10)).split('\n');
  expect(header).toMatch(/^id +name +scope +restricted +ends in +made \(UTC\) +by +last used \(UTC\) +state$/);
  expect(rows[0]).toMatch(
    /^f1 +grafana +read +env e1, e2; human human\|ada +…x-Z_ +2026-10-25 00:00 +root +2026-10-26 01:02 +valid$/,
  );
  expect(rows[1]).toMatch(/ none +…x-Z_ +2026-10-25 00:00 +root +expired 2026-10-25 10:00$/);
  expect(rows[2]).toMatch(/ revoked 2026-10-25 09:00$/);
});

test('under an answer stands what it lacks', () => {
  const whole = { blind_seconds: 0, unreadable_seconds: 0, next: null };
  expect(notesOf(whole, 'UTC')).toEqual([]);
  const expired = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-29T04:00:00.000Z' };
  const lacking = { ...whole, expired, blind_seconds: 1200, unreadable_seconds: 3, possible: 2, next: 'abc' };
  expect(notesOf(lacking, 'Europe/Berlin')).toEqual([
    'more: --cursor abc',
    '2 may be theirs although it is not known: --include possible',
    expect.stringMatching(/^EXPIRED: decisions from 2026-03-01.01:00.* to 2026-03-29.06:00.* are not in this answer/),
    'BLIND: 1,203 s of the range are not proven (custody coverage)',
  ]);
  const cut = { ...whole, truncated: true, possible: 2 };
  expect(notesOf(cut, 'UTC', true)).toEqual(['more rows than these: --limit', '2 of these only may be theirs']);
});
