import { parseEntry } from '@custody/decision';
import { expect, test } from 'vitest';
import { createRecognize, sharedTimes } from '../src/steps/recognize.ts';
import type { ValidEntry } from '../src/steps/validate.ts';
import { headersFor } from './kit/topic-log.ts';

const uuidOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function entry(number: number, timestamp: string): ValidEntry {
  const entryBytes = Buffer.from(JSON.stringify({ id: uuidOf(number), timestamp }));
  const decision = parseEntry(entryBytes);
  if (decision.outcome !== 'kept') throw new Error(decision.detail);
  const record = { key: 'a', value: entryBytes, headers: {}, partition: 0, offset: number, appendedAtMs: 0 };
  return { record, headers: headersFor('env-1') as never, decision: decision.value, entryBytes, isDetail: false };
}

const [first, second] = ['2026-11-01T08:00:00Z', '2026-11-01T09:00:00Z'];

function readers(capacity: number) {
  const { inTurn, ahead } = sharedTimes(capacity);
  return { inTurn: createRecognize(inTurn), ahead: createRecognize(ahead) };
}

test('what was stored ahead of a backlog is not stored with another time in its turn, however much passes before', () => {
  const { inTurn, ahead } = readers(3);
  expect(ahead(entry(1, second)).outcome).toBe('kept');
  for (let other = 10; other < 30; other += 1) expect(inTurn(entry(other, first)).outcome).toBe('kept');
  expect(inTurn(entry(1, first))).toMatchObject({ outcome: 'deadLettered', fault: 'conflicting_entry' });
  expect(inTurn(entry(1, second)).outcome).toBe('kept');
});

test('what was stored in its turn is not stored with another time ahead', () => {
  const { inTurn, ahead } = readers(3);
  expect(inTurn(entry(1, first)).outcome).toBe('kept');
  for (let other = 10; other < 30; other += 1) expect(ahead(entry(other, first)).outcome).toBe('kept');
  expect(ahead(entry(1, second))).toMatchObject({ outcome: 'deadLettered', fault: 'conflicting_entry' });
});

test('each reader lets go of what it saw long ago', () => {
  const { inTurn } = readers(3);
  expect(inTurn(entry(1, first)).outcome).toBe('kept');
  for (let other = 10; other < 30; other += 1) expect(inTurn(entry(other, first)).outcome).toBe('kept');
  expect(inTurn(entry(1, second)).outcome).toBe('kept');
});
