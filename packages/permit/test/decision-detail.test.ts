import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/kit/manual-clock.ts';
import { createRateBudget, type Priority } from '../src/index.ts';
import { type Answer, clientOf, failureOf, fakeApi, withEnvironment } from './fake-api.ts';

const id = '0e82b2e3-d2ed-42c1-ae0c-525256b052f0';
const entry = `{ "id":"0E82B2E3D2ED42C1AE0C525256B052F0",\n "timestamp":"2026-03-10T12:00:00.123999Z", "raw_data":{"n":1.0}}`;

async function reading(answer: Answer) {
  const api = await fakeApi(withEnvironment(() => answer));
  return { api, detail: clientOf(api.url).readDecision(id) };
}

describe('a detailed entry', () => {
  test('is asked for by its id and handed on byte for byte', async () => {
    const { api, detail } = await reading({ body: entry, headers: { date: 'Tue, 10 Mar 2026 12:00:07 GMT' } });
    const read = await detail;
    expect(api.requests.at(-1)?.pathname).toBe(`/v2/pdps/p1/e1/audit_logs/${id}`);
    expect(read).toMatchObject({
      outcome: 'read',
      entry: { id, occurredAtMs: Date.UTC(2026, 2, 10, 12, 0, 0, 123) },
      serverDateMs: Date.UTC(2026, 2, 10, 12, 0, 7),
    });
    expect(read.outcome === 'read' && new TextDecoder().decode(read.entry.bytes)).toBe(entry);
  });

  test('that Permit has no more is an outcome, no error', async () => {
    const { detail } = await reading({ status: 404, body: { error_code: 'NOT_FOUND' } });
    expect(await detail).toEqual({ outcome: 'deleted' });
  });

  test.each<[Answer, string, boolean]>([
    [{ body: '{"id":"0e82b2e3' }, 'PERMIT_BAD_RESPONSE', true],
    [{ body: entry.replace('0E82', '0E83') }, 'PERMIT_BAD_RESPONSE', true],
    [{ body: '[]' }, 'PERMIT_BAD_RESPONSE', true],
    [{ status: 503 }, 'PERMIT_SERVER_FAULT', true],
    [{ status: 429 }, 'PERMIT_THROTTLED', true],
    [{ status: 403 }, 'PERMIT_KEY_REJECTED', false],
    [{ status: 422, body: { detail: [] } }, 'PERMIT_REQUEST_REJECTED', false],
  ])('that cannot be had (%j) is %s', async (answer, code, retriable) => {
    const { detail } = await reading(answer);
    expect(await failureOf(detail)).toMatchObject({ code, retriable });
  });

  test('is paid for as evidence, the least urgent of all', async () => {
    const api = await fakeApi(withEnvironment(() => ({ body: entry })));
    const budget = createRateBudget({ requestsPerMinute: Number.POSITIVE_INFINITY, clock: new ManualClock() });
    const asked: Priority[] = [];
    const noted = {
      ...budget,
      acquire(priority: Priority, signal?: AbortSignal) {
        asked.push(priority);
        return budget.acquire(priority, signal);
      },
    };
    await clientOf(api.url, { budget: noted }).readDecision(id);
    expect(asked.at(-1)).toBe('evidence');
  });
});
