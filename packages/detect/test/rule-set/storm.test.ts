import { type DeniedDetail, minuteMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import { type DeniedCell, defaultRuleSet, type EnvironmentInput, type HeldAlert, judge } from '../../src/index.ts';
import { cell, environmentOf, nowMs, Story } from './judging.ts';

/** Each agent at a server of its own and for a reason of its own, so that nothing is one cause with anything else. */
function apart(agents: number): DeniedCell[] {
  return Array.from({ length: agents }, (_, n) => cell(`a${n}`, `server-${n}`, 30, { reason: `reason-${n}` }));
}

/** Nothing is allowed any more: every agent is refused at three of twelve servers. */
function refused(agents: number, minute = 0, first = 0): DeniedCell[] {
  return Array.from({ length: agents }, (_, n) => first + n).flatMap((n) =>
    [0, 5, 10].map((step) => {
      const server = `server-${(n + step) % 12}`;
      const given = { tool: `${server}:t${n % 3}`, reason: 'no_matching_rules', human: `human|${n % 7}` };
      return cell(`a${n}`, server, 12, { ...given, atMs: nowMs + (minute - 1) * minuteMs });
    }),
  );
}

/** The alert, and every time that somebody asks whom it is about. */
function counted(held: HeldAlert, onRead: () => void): HeldAlert {
  const { kind, ...subject } = held.alert.subject;
  const asked = Object.defineProperty(subject, 'kind', {
    enumerable: true,
    get() {
      onRead();
      return kind;
    },
  });
  return { ...held, alert: { ...held.alert, subject: asked as HeldAlert['alert']['subject'] } };
}

test('what a storm costs grows with its alerts, and not with their square', () => {
  const costOf = (agents: number) => {
    const cells = apart(agents);
    const first = judge(defaultRuleSet, { atMs: nowMs, environments: [environmentOf(cells, nowMs)], alerts: [] });
    let reads = 0;
    const alerts = first.alerts.map((held) => counted(held, () => (reads += 1)));
    const atMs = nowMs + minuteMs;
    const { transitions } = judge(defaultRuleSet, { atMs, environments: [environmentOf(cells, atMs)], alerts });
    expect(transitions).toHaveLength(agents);
    return reads;
  };
  expect(costOf(80)).toBeLessThan(2.8 * costOf(40));
});

describe('a policy that refuses everything', () => {
  test('is one alert of the environment, with every agent, server, human and tool as its members', () => {
    const story = new Story();
    const cells = refused(40);
    story.at(0, cells);
    story.at(1, cells);
    expect(story.lines).toEqual(['1 opened environment']);
    const members = new Set(story.told[0]?.members);
    const agents = cells.map(({ agent }) => agent);
    for (const key of [...agents, ...cells.flatMap(({ server, tool, human }) => [server, tool, human])])
      expect(members).toContain(key);
  });

  test('takes in who meets it later, and not who is refused something else, or begins hours after', () => {
    const story = new Story();
    const cells = refused(20);
    story.at(0, cells);
    story.at(1, cells);
    const more = [...cells, ...refused(10, 2, 20)];
    for (const minute of [2, 3, 4]) story.at(minute, more);
    expect(story.lines).toEqual(['1 opened environment']);
    const other = cell('thief', 'vault', 40, { reason: 'no_role_in_tenant', atMs: nowMs + 4 * minuteMs });
    for (const minute of [5, 6]) story.at(minute, [...more, other]);
    expect(story.lines.slice(1)).toEqual(['6 opened agent|thief']);
    const lasting = Array.from({ length: 40 }, (_, n) => refused(20, 5 * n)).flat();
    const later = cell('late', 'vault', 40, { reason: 'no_matching_rules', atMs: nowMs + 149 * minuteMs });
    for (let minute = 10; minute <= 160; minute += 5) story.at(minute, [...lasting, later]);
    expect(story.lines.filter((line) => line.includes('opened')).at(-1)).toBe('155 opened agent|late');
  });

  test('is told by itself from then on, where some were told before it was seen', () => {
    const story = new Story();
    const two = [cell('a0', 'server-0', 30), cell('a1', 'server-5', 30)].map((it) => ({
      ...it,
      reason: 'no_matching_rules',
    }));
    story.at(0, two);
    story.at(1, two);
    const all = [...two, ...refused(40, 2)];
    for (const minute of [2, 3, 4]) story.at(minute, all);
    const told = story.lines.filter((line) => !line.includes('merged'));
    expect(told).toEqual(['1 opened agent|a0', '1 opened agent|a1', '3 opened environment']);
  });
});

describe('a policy that refuses everything, seen by shares before any agent stands out', () => {
  const hours = Array.from({ length: 300 }, () => ({ calls: 500, denials: 5 }));
  /** Each of many agents is refused once, by servers of so many that allow nothing any more. */
  function once(agents: number, servers: readonly string[], minute = 0): DeniedCell[] {
    return Array.from({ length: agents }, (_, n) => {
      const server = servers[n % servers.length] ?? '';
      return cell(`a${n}`, server, 1, { tool: `${server}:t${n % 20}`, atMs: nowMs + (minute - 1) * minuteMs });
    });
  }
  /** Shares of the servers and of their environment, which has as many calls that are allowed elsewhere. */
  function ratesOf(cells: readonly DeniedCell[], allowedElsewhere = 0): EnvironmentInput['rates'] {
    const rate = (kind: 'server' | 'environment', key: string, denials: number, agents: number, allowed: number) => {
      const recent = { calls: denials + allowed, denials };
      const subject = { envId: 'production', kind, key };
      return { subject, recent, agents, latest: { recent, agents }, hours };
    };
    const byServer = [...Map.groupBy(cells, ({ server }) => server)];
    return [
      ...byServer.map(([server, own]) => rate('server', server, own.length, own.length, 0)),
      rate('environment', '', cells.length, cells.length, allowedElsewhere),
    ];
  }
  const servers = Array.from({ length: 10 }, (_, n) => `server-${n}`);

  test('is told of the environment at once, and whoever stands out later joins it', () => {
    const story = new Story();
    const first = once(300, servers);
    story.at(0, first, { rates: ratesOf(first), areSharesTold: true });
    expect(story.lines).toEqual(['0 opened environment']);
    expect(story.told[0]?.members).toEqual(expect.arrayContaining(servers));
    for (const minute of [1, 2, 3, 4, 5]) {
      const all = Array.from({ length: minute + 1 }, (_, n) => once(300, servers, n)).flat();
      story.at(minute, all, { rates: ratesOf(first), areSharesTold: true });
    }
    expect(story.lines.filter((line) => !line.includes('escalated environment'))).toEqual(['0 opened environment']);
  });

  test('is judged as it was where it was recorded before shares told of it', () => {
    const story = new Story();
    const first = once(300, servers);
    story.at(0, first, { rates: ratesOf(first) });
    expect(story.lines).toHaveLength(servers.length);
    expect(story.lines).not.toContain('0 opened environment');
  });

  test.each([
    ['two servers are two matters', once(60, ['linear', 'github'])],
    ['most of one server is that server’s', [...once(290, ['linear']), ...once(60, ['github', 'jira'])]],
  ])('%s', (_, cells) => {
    const story = new Story();
    story.at(0, cells, { rates: ratesOf(cells), areSharesTold: true });
    expect(story.lines).not.toContain('0 opened environment');
    expect(story.lines).toContain('0 opened linear');
  });
});

describe('a storm of which denials are not told apart by all that is known of them', () => {
  /** As the store hands them over: those before the last five minutes as one, one tool for all of an agent. */
  function coarsened(cells: readonly DeniedCell[], atMs: number, detail: DeniedDetail): DeniedCell[] {
    const recentMs = Math.floor((atMs - 5 * minuteMs) / minuteMs) * minuteMs;
    const tools = new Map(cells.map(({ agent, server, tool }) => [`${agent} ${server}`, tool]));
    const sums = new Map<string, DeniedCell>();
    for (const cell of cells) {
      const within = detail === 'two_times' ? atMs - minuteMs : cell.atMs;
      const at = cell.atMs < recentMs ? recentMs - minuteMs : within;
      const tool = detail === 'recent_minutes' ? cell.tool : (tools.get(`${cell.agent} ${cell.server}`) ?? '');
      const name = [at, cell.agent, cell.server, tool, cell.reason].join();
      const denials = (sums.get(name)?.denials ?? 0) + cell.denials;
      sums.set(name, { ...cell, atMs: at, tool, denials });
    }
    return [...sums.values()];
  }

  test.each(['recent_minutes', 'without_tools', 'two_times'] as const)(
    'is one alert of the environment, %s',
    (detail) => {
      const story = new Story();
      for (let minute = 0; minute <= 20; minute += 1) {
        const all = Array.from({ length: minute + 1 }, (_, n) => refused(40, n)).flat();
        const atMs = nowMs + minute * minuteMs;
        // What stands out is counted in the store, whatever it is compared by.
        story.at(minute, all, { denied: coarsened(all, atMs, detail), deniedDetail: detail });
      }
      expect(story.lines.filter((line) => !line.includes('escalated environment'))).toEqual(['1 opened environment']);
    },
  );
});

test('two servers that refuse at once stay two matters', () => {
  const story = new Story();
  const cells = ['a', 'b', 'c'].flatMap((agent) => [cell(agent, 'linear', 30), cell(`${agent}2`, 'github', 30)]);
  story.at(0, cells);
  story.at(1, cells);
  expect(story.lines).toEqual(['1 opened github', '1 opened linear']);
});
