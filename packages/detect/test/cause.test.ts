import { describe, expect, test } from 'vitest';
import { causesOf, contributorsOf, type DeniedCalls, type ExplainedFinding, type SeriesKind } from '../src/index.ts';

function call(agent: string, server: string, denials: number, given: Partial<DeniedCalls> = {}): DeniedCalls {
  return {
    agent,
    human: `human of ${agent}`,
    server,
    tool: 't',
    reason: 'no_permission',
    denials,
    isNewPair: false,
    ...given,
  };
}

function found(kind: SeriesKind, key: string, calls: readonly DeniedCalls[]): ExplainedFinding {
  const finding = {
    detector: 'spike' as const,
    subject: { envId: 'e', kind, key },
    window: { fromMs: 0, toMs: 1 },
    observed: 1,
    expected: 0,
    bound: 1,
    probability: 0.1,
    completeness: 'proven' as const,
    sentence: '',
    unless: '',
    details: {},
  };
  return { finding, calls };
}

function told(findings: readonly ExplainedFinding[]) {
  return causesOf(findings).map(({ lead, members, why }) => [
    lead.subject.key,
    members.map(({ subject }) => subject.key || 'environment').sort(),
    why,
  ]);
}

describe('causes', () => {
  const [a, b] = [call('a', 'linear', 20), call('b', 'github', 15)];

  test('one agent is told, not its human, its server and the environment', () => {
    const few = call('c', 'linear', 2);
    const all = [
      found('environment', '', [a, few]),
      found('server', 'linear', [a, few]),
      found('human', 'human of a', [a]),
      found('agent', 'a', [a]),
    ];
    expect(told(all)).toEqual([['a', ['environment', 'human of a', 'linear'], 'explained']]);
    expect(told(all.toReversed())).toEqual(told(all));
  });

  test('an environment is explained by two agents together', () => {
    const all = [found('environment', '', [a, b]), found('agent', 'a', [a]), found('agent', 'b', [b])];
    expect(told(all)).toEqual([
      ['a', ['environment'], 'explained'],
      ['b', [], 'alone'],
    ]);
  });

  test('an environment with more than its agents explain is told too', () => {
    const others = Array.from({ length: 10 }, (_, at) => call(`other ${at}`, 'jira', 3));
    expect(told([found('environment', '', [a, ...others]), found('agent', 'a', [a])])).toHaveLength(2);
  });

  test('three agents with the same refusal are their server’s', () => {
    const each = ['a', 'b', 'c'].map((agent) => call(agent, 'linear', 10));
    const all = [...each.map((it) => found('agent', it.agent, [it])), found('server', 'linear', each)];
    expect(told(all)).toEqual([['linear', ['a', 'b', 'c'], 'shared']]);
    expect(told(all.slice(0, 2))).toHaveLength(2);
  });

  test('one agent is its server’s too, where that stands out by what many others are refused, and not by the agent', () => {
    const others = ['b', 'c', 'd'].map((agent) => call(agent, 'linear', 8));
    const own = call('a', 'linear', 5);
    const all = [found('agent', 'a', [own]), found('server', 'linear', [own, ...others])];
    expect(told(all)).toEqual([['linear', ['a'], 'shared']]);
    const few = others.map((it) => ({ ...it, denials: 1 }));
    const mostly = call('a', 'linear', 40);
    expect(told([found('agent', 'a', [mostly]), found('server', 'linear', [mostly, ...few])])).toEqual([
      ['a', ['linear'], 'explained'],
    ]);
  });

  test('an agent that was refused before, and is not any more, does not count among those of now', () => {
    const [past, ...now] = ['a', 'b', 'c'].map((agent) => found('agent', agent, [call(agent, 'linear', 10)]));
    if (past === undefined) throw new Error('there are three');
    expect(told([past, ...now])).toHaveLength(1);
    expect(told([{ ...past, isOver: true }, ...now])).toHaveLength(3);
  });

  test('what is about one agent is one with what that agent does, and so is all that one does which is back', () => {
    const other = call('a', 'github', 4, { tool: 'u' });
    const about = { envId: 'e', kind: 'agent' as const, key: 'a' };
    const tool = { ...found('tool', 'linear:t', [a]), about };
    expect(told([tool, found('agent', 'a', [other])])).toEqual([['a', ['linear:t'], 'explained']]);
    const swept = { ...found('agent', 'a', [other]) };
    const back = { finding: { ...swept.finding, detector: 'dormant_agent' as const }, calls: [] };
    expect(told([swept, back])).toHaveLength(1);
  });

  test('two series of the same denials are one', () => {
    expect(told([found('tool', 'linear:t', [a]), found('reason', 'no_permission', [a])])).toEqual([
      ['linear:t', ['no_permission'], 'explained'],
    ]);
  });
});

describe('contributors', () => {
  const calls = [
    call('a', 'linear', 6, { isNewPair: true }),
    call('a', 'github', 2),
    call('b', 'linear', 2, { tool: 'u' }),
  ];

  test('are the largest of each dimension, with their shares', () => {
    const { total, by, others, newPairs } = contributorsOf(calls, null, 1);
    expect(total).toBe(10);
    expect(by.agent).toEqual([{ key: 'a', denials: 8, share: 0.8, usualShare: null, isNew: false }]);
    expect(by.server[0]).toMatchObject({ key: 'linear', share: 0.8 });
    expect(others.tool).toBe(1);
    expect(newPairs).toEqual(['a → linear']);
  });

  test('are new where the history has no denial of them', () => {
    const none = new Map<string, number>();
    const usual = {
      agent: new Map([['b', 30]]),
      human: none,
      server: new Map([
        ['linear', 15],
        ['jira', 15],
      ]),
      tool: none,
      reason: none,
    };
    const { by } = contributorsOf(calls, usual);
    expect(by.agent).toMatchObject([
      { key: 'a', usualShare: 0, isNew: true },
      { key: 'b', usualShare: 1, isNew: false },
    ]);
    expect(by.server.map(({ key, usualShare }) => [key, usualShare])).toEqual([
      ['linear', 0.5],
      ['github', 0],
    ]);
  });
});
