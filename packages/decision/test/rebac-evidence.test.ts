import { expect, test } from 'vitest';
import { carriesEvidence, decisionOf } from '../src/index.ts';

const least = { id: '0e82b2e3d2ed42c1ae0c525256b052f0', timestamp: '2026-01-01T12:00:00Z', decision: true };

function evidence(entry: object): readonly string[] {
  const outcome = decisionOf({ ...least, ...entry });
  if (outcome.outcome !== 'kept') throw new Error(outcome.detail);
  return outcome.value.evidenceHumans;
}

const allowing = (...roles: unknown[]) => ({ raw_data: { result: { debug: { rebac: { allowing_roles: roles } } } } });
const role = (...sources: unknown[]) => ({ resource: 'linear:linear', role: 'linear#medium', sources });
const profile = (subject: string) => ({ type: 'role_derivation', role: 'low', resource: `user_profile:${subject}` });

test('names the human whose profile an allowing role derives from', () => {
  expect(evidence(allowing(role(profile('alice'))))).toEqual(['human|alice']);
});

test('names every human once, sorted', () => {
  const entry = allowing(role(profile('bob'), profile('alice')), role(profile('alice')));
  expect(evidence(entry)).toEqual(['human|alice', 'human|bob']);
});

test('is found on the entry where there is no raw log', () => {
  const { raw_data } = allowing(role(profile('alice')));
  expect(evidence({ result: raw_data.result })).toEqual(['human|alice']);
});

test('sources that are no profile name nobody', () => {
  expect(evidence(allowing(role({ resource: 'team:alice' }, { role: 'low' })))).toEqual([]);
});

test('a part of another shape hides no other', () => {
  const entry = allowing(7, null, { sources: 'x' }, role('x', { resource: 7 }, profile('alice')));
  expect(evidence(entry)).toEqual(['human|alice']);
});

test.each([
  {},
  { raw_data: null },
  { raw_data: { result: { debug: null } } },
  { raw_data: { result: { debug: 'off' } } },
  { raw_data: { result: { debug: { rbac: {} } } } },
  { raw_data: { result: { debug: { rebac: null } } } },
  { raw_data: { result: { debug: { rebac: {} } } } },
  { raw_data: { result: { debug: { rebac: { allowing_roles: {} } } } } },
])('without debug output there is none: %j', (entry) => expect(evidence(entry)).toEqual([]));

const carries = (text: string) => carriesEvidence(new TextEncoder().encode(text));

test('an entry carries evidence where the debug output is, in either place, and whatever it says', () => {
  const denied = { result: { allow: false, debug: { rebac: { allow: false, code: 'no_graph_roles' } } } };
  expect(carries(JSON.stringify({ ...least, ...denied }))).toBe(true);
  expect(carries(JSON.stringify({ ...least, raw_data: denied }))).toBe(true);
});

test.each([
  '{',
  '[]',
  'null',
  JSON.stringify({ ...least, id: 7 }),
  JSON.stringify(least),
  JSON.stringify({ ...least, raw_data: { result: { allow: true } } }),
  JSON.stringify({ ...least, raw_data: { result: { debug: null } }, result: { debug: 'on' } }),
])('%s carries none', (text) => {
  expect(carries(text)).toBe(false);
});
