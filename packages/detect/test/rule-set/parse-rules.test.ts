import { describe, expect, test } from 'vitest';
import { defaultRuleSet, defaultSeverities, detectors, parseRule, parseRules, ruleSetOf } from '../../src/index.ts';

function faultsOf(...documents: readonly unknown[]) {
  return parseRules(documents, 'file', ['oncall', 'soc']).faults;
}

describe('a document with faults', () => {
  test('has all of them told, each with its place and what would be right', () => {
    const faults = faultsOf(
      { name: 'Linear denials', scop: {}, budget: 0, severity: 'hight' },
      {
        name: 'two',
        detectors: ['spike', 'swep'],
        scope: { agnet: 'x', kinds: 'agents', server: '' },
        threshold: { at_least: 1.5, within: '5 minutes' },
        mute: [{ days: ['sat', 'someday'], from: '25:00', zone: 'Berlin' }],
        runbook: 'ftp://x',
        channels: 'oncal',
      },
      'three',
    );
    expect(faults.map(({ path }) => path).sort()).toEqual(
      [
        ...['rules[0].budget', 'rules[0].name', 'rules[0].scop', 'rules[0].severity'],
        ...['rules[1].detectors[1]', 'rules[1].mute[0].days[1]', 'rules[1].mute[0].from', 'rules[1].mute[0].zone'],
        ...['rules[1].runbook', 'rules[1].scope.agnet', 'rules[1].scope.kinds', 'rules[1].scope.server'],
        ...['rules[1].threshold.at_least', 'rules[1].threshold.within', 'rules[2]'],
      ].sort(),
    );
    const of = (path: string) => faults.find((fault) => fault.path === path);
    expect(of('rules[0].scop')).toEqual({
      path: 'rules[0].scop',
      wrong: 'there is no key "scop" here',
      right: 'scope',
    });
    expect(of('rules[1].scope.agnet')?.right).toBe('agent');
    expect(of('rules[1].detectors[1]')?.right).toContain('sweep, or another of spike');
    expect(of('rules[1].threshold.within')).toMatchObject({ wrong: '"5 minutes" will not do' });
    expect(of('rules[1].threshold.within')?.right).toContain('10m');
    expect(of('rules[1].mute[0].from')?.right).toContain('"23:59"');
    for (const { wrong, right } of faults) expect([wrong, right].every((text) => text.length > 3)).toBe(true);
  });

  test.each([
    ['two of one name', [{ name: 'a' }, { name: 'a' }], 'rules[1].name', 'rules[0] is called a too'],
    [
      'a channel that there is not',
      [{ name: 'a', channels: ['oncal'] }],
      'rules[0].channels',
      'there is no channel "oncal"',
    ],
    ['a limit without a number', [{ name: 'a', detectors: 'threshold' }], 'rules[0].threshold', 'it is missing'],
    [
      'a limit of a rule for something else',
      [{ name: 'a', detectors: 'spike', threshold: { at_least: 5 } }],
      'rules[0].threshold',
      'the rule does not watch threshold',
    ],
    [
      'a silence of an agent',
      [{ name: 'a', detectors: 'source_silent', scope: { agent: 'x' } }],
      'rules[0].detectors',
      'source_silent cannot be bounded by agent',
    ],
    [
      'spikes of an agent at a server',
      [{ name: 'a', detectors: 'spike', scope: { agent: 'x', server: 'y' } }],
      'rules[0].detectors',
      'spike cannot be bounded by agent, server',
    ],
  ])('such as %s', (_, documents, path, wrong) => {
    expect(faultsOf(...documents)).toMatchObject([{ path, wrong }]);
  });

  test('that is no list is told so', () => {
    expect(parseRules({ name: 'a' }, 'file').faults).toMatchObject([{ path: 'rules' }]);
    expect(parseRule(null, 'api').faults).toMatchObject([{ path: '' }]);
  });
});

describe('a rule', () => {
  test('is filled in where nothing is said', () => {
    const { rule } = parseRule({ name: 'a' }, 'file');
    expect(rule).toMatchObject({
      isEnabled: true,
      channels: null,
      falseAlertsADay: 0.2,
      severities: defaultSeverities,
    });
    expect(rule?.detectors).toEqual(detectors.filter((it) => it !== 'threshold' && it !== 'first_denial'));
    expect(parseRule({ name: 'a', scope: { agent: 'x' } }, 'file').rule?.detectors).toEqual([
      ...['spike', 'sweep', 'privileged_after_denials', 'dormant_agent'],
    ]);
  });

  test('has the version of what it says, whoever wrote it in whatever order', () => {
    const one = parseRule({ name: 'a', channels: ['y', 'x'], threshold: { at_least: 5, within: '60m' } }, 'file').rule;
    const two = parseRule({ threshold: { within: '1h', at_least: 5 }, channels: ['x', 'y'], name: 'a' }, 'api').rule;
    expect(one?.version).toBe(two?.version);
    expect(parseRule({ name: 'a', threshold: { at_least: 6 } }, 'file').rule?.version).not.toBe(one?.version);
  });
});

describe('the default set', () => {
  test('has one false alert a day for all of it', () => {
    const total = defaultRuleSet.rules.reduce((sum, { falseAlertsADay }) => sum + falseAlertsADay, 0);
    expect(total).toBeCloseTo(1, 10);
    expect(defaultRuleSet.rules.flatMap((rule) => rule.detectors).sort()).toEqual(
      detectors.filter((it) => it !== 'threshold' && it !== 'first_denial').toSorted(),
    );
  });

  test('gives way to rules of the same name: those of the file before those of the API', () => {
    const [api] = parseRules([{ name: 'blindness', enabled: false }], 'api').rules;
    const [file] = parseRules([{ name: 'blindness', severity: 'info' }], 'file').rules;
    if (api === undefined || file === undefined) throw new Error('these are rules');
    const named = (...rules: (typeof api)[]) => ruleSetOf(rules).rules.find(({ name }) => name === 'blindness');
    expect(named(api)).toMatchObject({ origin: 'api', isEnabled: false });
    expect(named(file, api)).toMatchObject({ origin: 'file', isEnabled: true });
  });
});
