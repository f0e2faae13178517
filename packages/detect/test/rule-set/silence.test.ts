import { hourMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import { matches, parseRule, type Silenceable, silencedBy } from '../../src/index.ts';

const transition: Silenceable = {
  ...{ rule: 'unusual-denials', rules: ['unusual-denials'], detector: 'spike', severity: 'warning' },
  subject: { envId: '7d3c', kind: 'agent', key: 'agent|cursor-1' },
  envNames: ['production'],
};
const of = (kind: string, key: string): Silenceable => ({ ...transition, subject: { envId: '7d3c', kind, key } });

describe('a silence', () => {
  test.each([
    [{ env: 'production' }, true],
    [{ env: '7d3c', agent: 'cursor*' }, true],
    [{ agent: 'agent|cursor-1', severity: '!critical' }, true],
    [{ agent: ['!cursor*'] }, false],
    [{ rule: 'unusual-denials', detector: 'sweep,spike' }, true],
    [{ detector: 'sweep' }, false],
    // What an agent does at a server is not known of the agent's alert: nothing is kept quiet on a guess.
    [{ server: 'linear' }, false],
  ])('of %j', (matcher, isMeant) => {
    expect(matches({ matcher }, transition)).toBe(isMeant);
  });

  test('of a server is about its tools and pairs too', () => {
    const matcher = { server: 'linear' };
    expect(matches({ matcher }, of('tool', 'linear:create'))).toBe(true);
    expect(matches({ matcher }, of('pair', 'agent|a → linear'))).toBe(true);
    expect(matches({ matcher }, of('tool', 'github:create'))).toBe(false);
    expect(matches({ matcher: { agent: 'a' } }, of('pair', 'agent|a → linear'))).toBe(true);
  });

  test('begins and ends', () => {
    const silence = {
      id: 's1',
      matcher: { env: '*' },
      reason: 'move',
      startsAtMs: 1_000,
      endsAtMs: 2_000,
      createdBy: 'Ann',
    };
    const at = (atMs: number) => silencedBy(transition, [silence], [], atMs);
    expect([at(999), at(1_000), at(1_999), at(2_000)]).toEqual([[], ['silence:s1'], ['silence:s1'], []]);
  });
});

describe('a mute', () => {
  const ruleOf = (mute: object, name = 'unusual-denials') => {
    const { rule } = parseRule({ name, mute }, 'file');
    if (rule === null) throw new Error('this is a rule');
    return rule;
  };
  const saturday = Date.parse('2026-03-07T00:00:00Z');

  test('lasts from day to day, in the zone’s own time', () => {
    const rule = ruleOf({ days: ['fri'], from: '22:00', to: '06:00', zone: 'Europe/Berlin' });
    const at = (hours: number) => silencedBy(transition, [], [rule], saturday + hours * hourMs).length > 0;
    // Berlin is an hour ahead: from Friday 21:00 to Saturday 05:00 UTC.
    expect([at(-4), at(-3), at(4.9), at(5), at(20.5)]).toEqual([false, true, true, false, false]);
  });

  test('of a whole day begins and ends at midnight', () => {
    const rule = ruleOf({ days: 'sat' });
    const at = (hours: number) => silencedBy(transition, [], [rule], saturday + hours * hourMs);
    expect([at(-0.1), at(0), at(23.9), at(24)].map(({ length }) => length)).toEqual([0, 1, 1, 0]);
    expect(at(0)).toEqual(['mute:unusual-denials (sat UTC)']);
  });

  test('of one rule leaves what another one found too', () => {
    const both = { ...transition, rules: ['unusual-denials', 'other'] };
    const rule = ruleOf({ days: 'sat' });
    expect(silencedBy(both, [], [rule, ruleOf({ days: 'sun' }, 'other')], saturday)).toEqual([]);
    expect(silencedBy(both, [], [rule, ruleOf({ days: 'sat' }, 'other')], saturday)).toHaveLength(2);
  });
});
