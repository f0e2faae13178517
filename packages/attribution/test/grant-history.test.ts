import { expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { at, consent, decision, envId, history, listing, listings, ms, tool, user } from './facts.ts';

test('the newest value of a key wins', () => {
  const held = consent('alice', 'linear', 'low');
  const ended = { ...held, last_seen: at('11:00'), first_missing: at('11:05') };
  expect(history(held, ended).consentsOf(envId, 'agent|a', ms('12:00'))).toEqual([]);
  expect(history(ended, held).consentsOf(envId, 'agent|a', ms('12:00'))).toHaveLength(1);
});

test('a grant that ended and came back is two, and neither hides the other', () => {
  const first = consent('alice', 'linear', 'low', { last_seen: at('11:00'), first_missing: at('11:05') });
  const second = consent('alice', 'linear', 'low', { valid_from: at('11:30'), first_seen: at('11:35') });
  const known = history(first, second);
  const countAt = (clock: string) => known.consentsOf(envId, 'agent|a', ms(clock)).length;
  expect(['10:30', '11:02', '11:20', '11:31', '13:00'].map(countAt)).toEqual([1, 1, 0, 1, 1]);
});

test('names are the newest, also of a user who is gone', () => {
  const was = user('alice', {
    name: 'Alice Old',
    first_seen: at('08:00'),
    last_seen: at('09:00'),
    first_missing: at('09:05'),
  });
  const is = user('alice', { name: 'Alice New', last_seen: at('11:00'), first_missing: at('11:05') });
  for (const known of [history(was, is), history(is, was)]) {
    expect(known.identity(envId, 'human|alice')?.name).toBe('Alice New');
    expect([known.isUser(envId, 'human|alice', ms('10:30')), known.isUser(envId, 'human|alice', ms('12:00'))]).toEqual([
      true,
      false,
    ]);
  }
  const twin = user('alice', { name: 'Twin', valid_from: at('07:00'), last_seen: at('11:00') });
  const earlier = user('alice', { name: 'Earlier', first_seen: at('09:30'), last_seen: at('11:00') });
  expect(history(is, earlier).identity(envId, 'human|alice')?.name).toBe('Alice New');
  const names = [history(is, twin), history(twin, is)].map((known) => known.identity(envId, 'human|alice')?.name);
  expect(names[0]).toBe(names[1]);
  expect(history().identity(envId, 'human|alice')).toBeUndefined();
});

test('a server is one while a tool of it has a level', () => {
  const gone = tool('linear', 'create_issue', 'low', { last_seen: at('11:00'), first_missing: at('11:05') });
  const known = history(...listings, gone, tool('github', 'get_repo', 'low'), tool('github', 'push', 'high'));
  expect(['linear', 'github', 'other'].map((server) => known.isServer(envId, server, ms('12:00')))).toEqual([
    false,
    true,
    false,
  ]);
});

test('a time that the contract would have refused is refused here too', () => {
  expect(() => history({ ...listing('consent'), completed_at: 'soon' })).toThrow(RangeError);
  expect(() => history(consent('alice', 'linear', 'low', { valid_from: '' }))).toThrow(RangeError);
});

test('ten thousand agents with their consents, looked up in a moment, stay small', () => {
  const known = history(...listings);
  for (let agent = 0; agent < 10_000; agent += 1) {
    for (const server of ['linear', 'github', 'slack']) {
      known.apply(consent(`human-${agent % 500}`, server, 'medium', { agent_key: `agent|${agent}` }));
    }
  }
  const call = decision({ agentKey: 'agent|9999' });
  expect(attribute(call, envId, known).humanKey).toBe('human|human-499');
});
