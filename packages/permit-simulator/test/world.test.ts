import { describe, expect, test } from 'vitest';
import { createSimulator, type OracleEntry } from '../src/index.ts';
import type { Json, ListedEntry } from './client.ts';

const anchorMs = Date.parse('2026-03-11T14:20:33Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const small = { anchorMs, historyDecisions: 12_000 };

const parse = (entries: readonly OracleEntry[]) => entries.map((entry) => JSON.parse(entry.json) as ListedEntry);

describe('determinism', () => {
  test('two worlds of the same seed and anchor hold the same bytes, in whatever order they are asked', () => {
    const [left, right] = [createSimulator(small), createSimulator(small)];
    right.facts.roleAssignments(anchorMs + 5 * hourMs);
    right.entriesBetween(anchorMs + 4 * hourMs, anchorMs + 5 * hourMs, anchorMs + dayMs);
    for (const startMs of [anchorMs - 9 * dayMs, anchorMs - hourMs / 2, anchorMs + 2 * hourMs]) {
      const expected = left.entriesBetween(startMs, startMs + hourMs, anchorMs + dayMs);
      expect(expected.length).toBeGreaterThan(5);
      expect(right.entriesBetween(startMs, startMs + hourMs, anchorMs + dayMs)).toEqual(expected);
    }
    expect(right.facts.roleAssignments(anchorMs)).toEqual(left.facts.roleAssignments(anchorMs));
  });

  test('another seed is another world', () => {
    const ids = (seed: number) =>
      createSimulator({ ...small, seed })
        .entriesBetween(anchorMs - dayMs, anchorMs, anchorMs)
        .map((entry) => entry.id);
    const others = new Set(ids(2));
    expect(ids(1).filter((id) => others.has(id))).toEqual([]);
  });

  test('a world that was off for a day has what happened meanwhile, and keeps what it had listed', () => {
    const stoppedMs = anchorMs + 2 * hourMs;
    const before = createSimulator(small).entriesBetween(anchorMs, stoppedMs, stoppedMs);
    const restarted = createSimulator(small);
    const after = restarted.entriesBetween(anchorMs, stoppedMs, stoppedMs + dayMs);
    const known = new Map(after.map((entry) => [entry.id, entry.json]));
    for (const entry of before) expect(known.get(entry.id)).toBe(entry.json);
    expect(restarted.entriesBetween(stoppedMs, stoppedMs + dayMs, stoppedMs + dayMs).length).toBeGreaterThan(100);
  });

  test('a small cache forgets buckets and brings the same ones back', () => {
    const [roomy, tight] = [createSimulator(small), createSimulator({ ...small, cachedEntries: 10 })];
    const everything = (world: typeof tight) => world.entriesBetween(world.historyFromMs, anchorMs, anchorMs + dayMs);
    everything(tight);
    expect(everything(tight)).toEqual(everything(roomy));
  });
});

describe('volume', () => {
  test.each([1, 777, 50_000])('the history holds exactly the %i checks asked for', (historyDecisions) => {
    const world = createSimulator({ anchorMs, historyDecisions, live: false });
    expect(world.entries.countChecks(0, anchorMs * 1000)).toBe(historyDecisions);
  });

  test('counts without generating equal the entries that there are, to the microsecond', () => {
    const world = createSimulator(small);
    const entries = world.entriesBetween(world.historyFromMs, anchorMs, anchorMs + dayMs);
    expect(entries).toHaveLength(12_000);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(12_000);
    for (const offset of [0, 1, 999, 3_600_001, 200_000_123]) {
      const fromMs = world.historyFromMs + offset;
      const toMs = fromMs + 30 * hourMs + offset;
      const counted = entries.filter((entry) => entry.timestampMs >= fromMs && entry.timestampMs < toMs).length;
      expect(world.entries.countChecks(fromMs * 1000, toMs * 1000 - 1)).toBe(counted);
    }
  });

  test('live traffic is never silent for ten seconds, and a working hour has a call every second or two', () => {
    const world = createSimulator({ anchorMs });
    const nightMs = Date.parse('2026-03-15T03:00:00Z');
    const times = (fromMs: number) =>
      world.entriesBetween(fromMs, fromMs + hourMs, anchorMs + 30 * dayMs).map(({ timestampMs }) => timestampMs);
    for (const fromMs of [anchorMs, anchorMs + 12 * hourMs, nightMs]) {
      const gaps = times(fromMs).map((at, index, all) => at - (all[index - 1] ?? fromMs));
      expect(Math.max(...gaps)).toBeLessThan(10_000);
    }
    expect(times(Date.parse('2026-03-12T14:00:00Z')).length).toBeGreaterThan(1800);
    expect(world.entries.countChecks(0, anchorMs * 1000)).toBeLessThan(165_000);
  });

  test('the bots that poll round the clock are allowed nearly all, and count as they were generated', () => {
    const world = createSimulator({ anchorMs });
    const keys = new Set(world.agents.filter(({ kind }) => kind === 'watcher').map(({ key }) => key));
    expect(keys.size).toBe(4);
    // Over the live incident that lowers the ceilings of a server which they poll.
    const fromMs = anchorMs - 2 * hourMs;
    const entries = world.entriesBetween(fromMs, anchorMs + 6 * hourMs, anchorMs + dayMs);
    expect(world.entries.countChecks(fromMs * 1000, (anchorMs + 6 * hourMs) * 1000 - 1)).toBe(entries.length);
    const own = parse(entries).filter((entry) => keys.has(String(entry.user_key)));
    expect(own.length).toBeGreaterThan(7_000);
    const denied = own.filter((entry) => entry.decision === false).length / own.length;
    expect(denied).toBeGreaterThan(0.005);
    expect(denied).toBeLessThan(0.03);
  });

  test('no quarter of an hour is silent, not even on a Sunday night', () => {
    const world = createSimulator({ anchorMs });
    const sundayMs = Date.parse('2026-03-08T03:00:00Z');
    const perQuarter = Array.from({ length: 8 }, (_, index) => {
      const fromMs = sundayMs + (index * hourMs) / 4;
      return world.entriesBetween(fromMs, fromMs + hourMs / 4, anchorMs).length;
    });
    expect(Math.min(...perQuarter)).toBeGreaterThan(5);
    expect(perQuarter.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(120);
  });

  test('working hours are busier than nights, and workdays than weekends', () => {
    const world = createSimulator({ anchorMs });
    const count = (from: string, hours: number) => {
      const fromMs = Date.parse(from);
      return world.entries.countChecks(fromMs * 1000, (fromMs + hours * hourMs) * 1000);
    };
    expect(count('2026-03-10T14:00:00Z', 2)).toBeGreaterThan(3 * count('2026-03-10T01:00:00Z', 2));
    expect(count('2026-03-10T00:00:00Z', 24)).toBeGreaterThan(2 * count('2026-03-08T00:00:00Z', 24));
  });

  test('a constant live rate is kept, in buckets small enough for a page', () => {
    const world = createSimulator({ anchorMs, historyDecisions: 1000, livePerSecond: 500 });
    const entries = world.entriesBetween(anchorMs + 60_000, anchorMs + 63_000, anchorMs + hourMs);
    expect(entries.length).toBeGreaterThan(1400);
    expect(entries.length).toBeLessThan(1700);
  });
});

describe('decisions', () => {
  const world = createSimulator({ anchorMs, historyDecisions: 30_000 });
  const untilMs = anchorMs + hourMs;
  const entries = world.entriesBetween(world.historyFromMs, untilMs, anchorMs + dayMs);

  test('follow min(consent, ceiling) of their moment, recomputed from the first facts and the changes', () => {
    const ranks = ['none', 'low', 'medium', 'high'];
    /** By agent and server, and by server: the level of each human's profile, as a rank. */
    const consents = new Map<string, Map<string, number>>();
    const ceilings = new Map<string, Map<string, number>>();
    const set = (of: typeof consents, key: string, profile: string, rank: number) => {
      const levels = of.get(key) ?? new Map<string, number>();
      of.set(key, levels.set(profile, rank));
    };
    for (const row of world.facts.roleAssignments(world.historyFromMs)) {
      const [, server, level] = /^(.+)-(low|medium|high)$/.exec(row.role) ?? [];
      if (server && level) set(consents, `${row.user} ${server}`, String(row.resource_instance), ranks.indexOf(level));
    }
    for (const row of world.facts.relationshipTuples(world.historyFromMs)) {
      set(ceilings, row.object.split(':')[0] ?? '', row.subject, ranks.indexOf(row.relation));
    }
    const required = toolLevels(world.facts.resources(anchorMs));
    const changes = world.grantChanges(world.historyFromMs + 1, (entries.at(-1)?.timestampMs ?? 0) + 1);
    const wrong: ListedEntry[] = [];
    let judged = 0;
    let next = 0;
    for (const [index, entry] of parse(entries).entries()) {
      const atMs = entries[index]?.timestampMs ?? 0;
      for (let change = changes[next]; change && change.atMs <= atMs; change = changes[next]) {
        const profile = `user_profile:${change.subject}`;
        if (change.kind === 'ceiling') set(ceilings, change.server, profile, change.rank);
        else set(consents, `${change.agentKey} ${change.server}`, profile, change.rank);
        next += 1;
      }
      const need = required.get(`${entry.resource_type} ${entry.action}`);
      if (typeof entry.decision !== 'boolean' || need === undefined) continue;
      const consented = consents.get(`${entry.user_key} ${entry.resource_type}`) ?? new Map<string, number>();
      const highest = ceilings.get(entry.resource_type ?? '');
      const effective = [...consented].map(([profile, rank]) => Math.min(rank, highest?.get(profile) ?? 0));
      const expected = Math.max(0, ...effective) >= ranks.indexOf(need);
      if (entry.decision !== expected) wrong.push(entry);
      judged += 1;
    }
    expect(wrong).toEqual([]);
    expect(next).toBe(changes.length);
    expect(changes.length).toBeGreaterThan(150);
    expect(judged).toBeGreaterThan(29_000);
  });

  test('between 5 and 8 of a hundred are denied, in the long form of the reasons', () => {
    const listed = parse(entries);
    const denied = listed.filter((entry) => entry.decision === false);
    expect(denied.length / listed.length).toBeGreaterThan(0.05);
    expect(denied.length / listed.length).toBeLessThan(0.08);
    const missing = denied.find((entry) => entry.reason?.includes('does not have any role'));
    expect(missing?.reason).toBe(
      `user '${missing?.user_key}' does not have any role that grants him the '${missing?.action}' permission on resources of type '${missing?.resource_type}'`,
    );
    for (const phrase of ['is not synced', 'no roles assigned', 'is not defined on resource type']) {
      expect(denied.some((entry) => entry.reason?.includes(phrase))).toBe(true);
    }
  });

  test('evidence of an allowed call names every human whose authority suffices, and only consenting ones', () => {
    let seen = 0;
    let shared = 0;
    for (const { json, truth } of entries) {
      const names = [...json.matchAll(/"resource":"user_profile:([^"]+)","relation"/g)].map(
        ([, name]) => `human|${name}`,
      );
      if (names.length === 0) continue;
      seen += 1;
      if (names.length > 1) shared += 1;
      expect(truth.candidates).toEqual(expect.arrayContaining(names));
    }
    expect(seen).toBeGreaterThan(20_000);
    expect(shared).toBeGreaterThan(10);
  });

  test('the wire is as mixed as the documentation says, and no share is unrealistic', () => {
    const share = (test: (entry: OracleEntry) => boolean) => entries.filter(test).length / entries.length;
    expect(share((entry) => !entry.json.startsWith(`{"id":"${entry.id}`))).toBeGreaterThan(0.7);
    expect(share((entry) => entry.json.startsWith(`{"id":"${entry.id}`))).toBeGreaterThan(0.1);
    expect(share((entry) => /"timestamp":"[^"]+\.\d{9}Z"/.test(entry.json.slice(0, 120)))).toBeGreaterThan(0.1);
    expect(share((entry) => /"timestamp":"[^".]+\+00:00"/.test(entry.json.slice(0, 120)))).toBeGreaterThan(0.02);
    expect(share((entry) => entry.json.includes('"engine":"GENERIC"'))).toBeGreaterThan(0.003);
    expect(share((entry) => entry.json.includes('"engine":"AVP"'))).toBeGreaterThan(0.0005);
    const undecided = share((entry) => (JSON.parse(entry.json) as ListedEntry).decision == null);
    expect(undecided).toBeGreaterThan(0.0005);
    expect(undecided).toBeLessThan(0.005);
    expect(share((entry) => entry.json.includes('"user_key":"human|'))).toBeLessThan(0.01);
    expect(share((entry) => entry.truth.human_key === null)).toBeLessThan(0.1);
  });

  function toolLevels(resources: readonly Json[]): Map<string, string> {
    const required = new Map<string, string>();
    for (const resource of resources) {
      for (const [level, role] of Object.entries(resource.roles as Record<string, { permissions: string[] }>)) {
        if (!/^(low|medium|high)$/.test(level)) continue;
        for (const tool of role.permissions) required.set(`${resource.key} ${tool}`, level);
      }
    }
    return required;
  }
});

describe('population', () => {
  const world = createSimulator({ anchorMs });

  test('is as large and as mixed as the organisation it plays', () => {
    expect(world.humans.length).toBeGreaterThanOrEqual(40);
    expect(world.agents.length).toBeGreaterThanOrEqual(120);
    expect(world.servers.filter((server) => server.ownedBy === undefined)).toHaveLength(12);
    for (const server of world.servers) {
      expect(server.tools.length).toBeGreaterThanOrEqual(8);
      expect(new Set(server.tools.map((tool) => tool.rank))).toEqual(new Set([1, 2, 3]));
    }
    const claudes = (key: string) =>
      world.agents.filter((agent) => agent.name === 'Claude' && agent.humans[0]?.key === key).length;
    expect(Math.max(...world.humans.map((human) => claudes(human.key)))).toBeGreaterThanOrEqual(9);
    expect(world.agents.filter((agent) => agent.humans.length === 2).length).toBeGreaterThanOrEqual(4);
    for (const kind of ['unconsented', 'unknown', 'egress']) {
      expect(world.agents.some((agent) => agent.kind === kind)).toBe(true);
    }
    expect(world.servers.some((server) => server.key === 'notion-alice')).toBe(true);
  });

  test('facts show the present only: a consent appears and ends with its change', () => {
    const [change] = world.grantChanges(anchorMs, anchorMs + dayMs).filter((one) => one.kind === 'revoke');
    if (!change) throw new Error('a live day without a revocation');
    const held = (atMs: number) =>
      world.facts
        .roleAssignments(atMs)
        .filter((row) => row.user === change.agentKey && row.role.startsWith(`${change.server}-`))
        .filter((row) => row.resource_instance === `user_profile:${change.subject}`).length;
    expect([held(change.atMs - 1), held(change.atMs)]).toEqual([1, 0]);
  });

  test('grants change every few minutes while it runs, from the first two minutes on', () => {
    const changes = world.grantChanges(anchorMs, anchorMs + 2 * hourMs);
    expect((changes[0]?.atMs ?? Number.POSITIVE_INFINITY) - anchorMs).toBeLessThan(120_000);
    const minutes = new Set(changes.map((change) => Math.floor((change.atMs - anchorMs) / 60_000)));
    expect(minutes.size).toBeGreaterThan(15);
    const kinds = new Set(world.grantChanges(anchorMs, anchorMs + dayMs).map((change) => change.kind));
    expect(kinds).toEqual(new Set(['consent', 'revoke', 'ceiling']));
  });

  test('a consent carries the moment it was given, to the second', () => {
    const [change] = world.grantChanges(anchorMs, anchorMs + dayMs).filter((one) => one.kind === 'consent');
    const row = world.facts
      .roleAssignments(change?.atMs ?? 0)
      .find((one) => one.user === change?.agentKey && one.role.startsWith(`${change?.server}-`));
    expect(Date.parse(String(row?.created_at))).toBe(change?.atMs);
  });
});

describe.each([1, 2])('incidents of seed %i', (seed) => {
  const world = createSimulator({ anchorMs, seed });
  const kinds = ['ceiling_lowered', 'dormant_agent', 'probing_agent'];

  test('each happens once in the fortnight before and once live, the first within three minutes', () => {
    for (const live of [false, true]) {
      const incidents = world.incidents.filter((incident) => incident.live === live);
      expect(incidents.map((incident) => incident.kind).sort()).toEqual(kinds);
      for (const { fromMs, toMs } of incidents) {
        expect(fromMs).toBeGreaterThanOrEqual(live ? anchorMs : world.historyFromMs);
        expect(toMs).toBeLessThan(live ? anchorMs + hourMs : anchorMs);
      }
    }
    const first = Math.min(...world.incidents.filter((one) => one.live).map((one) => one.fromMs));
    expect(first - anchorMs).toBeLessThan(180_000);
  });

  test('the probing agent tries many servers and is mostly denied', () => {
    for (const incident of world.incidents.filter((one) => one.kind === 'probing_agent')) {
      const calls = callsOf(incident.agentKey, incident.fromMs, incident.toMs);
      expect(new Set(calls.map((call) => call.resource_type)).size).toBeGreaterThanOrEqual(8);
      expect(calls.filter((call) => call.decision === false).length / calls.length).toBeGreaterThan(0.7);
    }
  });

  test('a lowered ceiling denies what was allowed an hour before, and is restored', () => {
    for (const { fromMs, server, toMs } of world.incidents.filter((one) => one.kind === 'ceiling_lowered')) {
      const denials = (from: number, to: number) =>
        parse(world.entriesBetween(from, to, to + hourMs)).filter(
          (entry) => entry.resource_type === server && entry.decision === false,
        ).length;
      expect(denials(fromMs, toMs)).toBeGreaterThan(40 + 2 * denials(fromMs - (toMs - fromMs), fromMs));
      const high = (atMs: number) =>
        world.facts
          .relationshipTuples(atMs)
          .filter((row) => row.object === `${server}:${server}` && row.relation !== 'low').length;
      expect(high(fromMs)).toBe(0);
      expect(high(toMs)).toBe(high(fromMs - 1));
    }
  });

  test('the dormant agent is silent for a fortnight, then busy in the night of its human', () => {
    for (const { agentKey, fromMs, humanKey, toMs } of world.incidents.filter((one) => one.kind === 'dormant_agent')) {
      expect(callsOf(agentKey, fromMs, toMs).length).toBeGreaterThan(40);
      expect(callsOf(agentKey, fromMs - dayMs, fromMs)).toEqual([]);
      const human = world.humans.find((one) => one.key === humanKey);
      const localHour = new Date(fromMs + (human?.utcOffsetHours ?? 0) * hourMs).getUTCHours();
      expect([23, 0, 1, 2, 3, 4, 5]).toContain(localHour);
    }
  });

  function callsOf(agentKey: string | undefined, fromMs: number, toMs: number): ListedEntry[] {
    const entries = world.entriesBetween(fromMs, toMs, toMs + hourMs);
    return parse(entries.filter((entry) => entry.json.includes(`"user_key":"${agentKey}"`)));
  }
});
