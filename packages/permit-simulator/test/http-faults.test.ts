import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningApi, serveEntries } from '../src/index.ts';
import { auditLogs, get, type Json } from './client.ts';
import { entriesOf, laterMs } from './permit-kit.ts';

let api: RunningApi;
let logs: string;
let pauses: number[];

beforeAll(async () => {
  const sleep = async (ms: number) => {
    pauses.push(ms);
  };
  const entries = entriesOf(50).map(({ entry }) => entry);
  api = await serveEntries({ entries, now: () => laterMs, sleep, requestsPerMinute: Number.POSITIVE_INFINITY });
  logs = await auditLogs(api);
});
beforeEach(() => {
  pauses = [];
  api.faults.clear();
});
afterAll(() => api.stop());

interface Received {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  readonly pieces: number;
  /** Undefined where the answer is whole. */
  readonly error: string | undefined;
}

/** What arrives on the wire, cut off or not. */
function receive(path: string): Promise<Received> {
  return new Promise((resolve) => {
    let received: Received = { headers: {}, bytes: 0, pieces: 0, error: undefined };
    const end = (error: NodeJS.ErrnoException) => resolve({ ...received, error: error.code ?? error.message });
    const headers = { authorization: `Bearer ${api.apiKey}` };
    const asked = request(api.url + path, { headers, agent: false }, (response) => {
      received = { ...received, headers: response.headers };
      response.on('data', (chunk: Buffer) => {
        received = { ...received, bytes: received.bytes + chunk.length, pieces: received.pieces + 1 };
      });
      response.on('end', () => resolve(received));
      response.on('error', end);
    });
    asked.on('error', end);
    asked.end();
  });
}

describe('on the wire', () => {
  test('without a fault an answer is whole', async () => {
    const { bytes, error, headers } = await receive(logs);
    expect(error).toBeUndefined();
    expect(Number(headers['content-length'])).toBe(bytes);
    expect(pauses).toEqual([]);
  });

  test('a reset leaves no answer at all', async () => {
    api.faults.set({ reset: {} });
    expect(await receive(logs)).toEqual({ headers: {}, bytes: 0, pieces: 0, error: 'ECONNRESET' });
  });

  test.each(['reset-midway', 'truncated-length'] as const)('%s announces more than it sends', async (name) => {
    api.faults.set({ [name]: {} });
    const { bytes, error, headers } = await receive(logs);
    expect(error).toBe('ECONNRESET');
    expect(bytes).toBeLessThan(Number(headers['content-length']));
  });

  test('a truncated chunked body lacks its last chunk', async () => {
    api.faults.set({ 'truncated-chunk': {} });
    const { error, headers } = await receive(logs);
    expect(error).toBe('ECONNRESET');
    expect(headers['transfer-encoding']).toBe('chunked');
  });

  test.each(['truncated-json', 'garbage', 'html'] as const)('%s is whole for HTTP and no JSON', async (name) => {
    api.faults.set({ [name]: {} });
    expect((await receive(logs)).error).toBeUndefined();
    const response = await fetch(api.url + logs, { headers: { authorization: `Bearer ${api.apiKey}` } });
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test('a slow answer waits, a trickling one comes in pieces', async () => {
    api.faults.set({ slow: { seconds: 3 } });
    expect((await receive(logs)).error).toBeUndefined();
    expect(pauses).toEqual([3000]);
    pauses = [];
    api.faults.replace({ trickle: { seconds: 9 } });
    const { bytes, error, headers } = await receive(logs);
    expect([error, bytes]).toEqual([undefined, Number(headers['content-length'])]);
    expect(pauses).toEqual(Array.from({ length: 9 }, () => 1000));
  });

  test('the Date header can be off or absent', async () => {
    expect((await receive(logs)).headers.date).toBe(new Date(laterMs).toUTCString());
    api.faults.set({ date: { offSeconds: 240 } });
    expect((await receive(logs)).headers.date).toBe(new Date(laterMs + 240_000).toUTCString());
    api.faults.set({ date: { absent: true } });
    expect((await receive(logs)).headers).not.toHaveProperty('date');
  });
});

describe('the same run again', () => {
  test('strikes the same requests in the same way', async () => {
    const run = async () => {
      const faults = { reset: { share: 0.2 }, 'truncated-json': { share: 0.3 }, '503': { share: 0.2 } };
      const again = await serveEntries({ entries: [], now: () => laterMs, faults });
      const hash = createHash('sha256');
      try {
        for (let index = 0; index < 40; index += 1) {
          const answer = await fetch(`${again.url}/v2/projects`, {
            headers: { authorization: `Bearer ${again.apiKey}` },
          }).then((response) => response.text(), String);
          hash.update(answer);
        }
      } finally {
        await again.stop();
      }
      return hash.digest('hex');
    };
    expect(await run()).toBe(await run());
  });
});

describe('switches over HTTP', () => {
  const faults = async (method: string, body?: unknown) => {
    const response = await fetch(`${api.url}/faults`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };

  test('faults are read, added to, replaced and removed while it runs', async () => {
    expect(await faults('GET')).toEqual({ status: 200, body: {} });
    expect((await faults('PUT', { '503': { endpoints: ['audit_logs'] } })).status).toBe(200);
    expect((await get(api, '/v2/api-key/scope')).status).toBe(200);
    const struck = await fetch(api.url + logs, { headers: { authorization: `Bearer ${api.apiKey}` } });
    expect(struck.status).toBe(503);
    expect(Object.keys((await faults('PATCH', { late: {} })).body)).toEqual(['503', 'late']);
    expect(Object.keys((await faults('PUT', { reset: {} })).body)).toEqual(['reset']);
    expect((await faults('DELETE')).body).toEqual({});
    expect((await get(api, logs)).status).toBe(200);
  });

  test('what is no fault is refused with all that is wrong, and changes nothing', async () => {
    const { body, status } = await faults('PUT', { late: { share: 7 }, nonsense: {} });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error_code: 'SIMULATOR_FAULTS_INVALID' });
    expect(body.message).toMatch(/nonsense/);
    expect(body.message).toMatch(/share/);
    expect((await faults('GET')).body).toEqual({});
  });

  test('the variants can be read', async () => {
    const { body } = await get(api, '/variants', '');
    expect(body).toMatchObject({ order: 'newest-first', idForm: 'stable' });
  });

  test('a fault never strikes the switches', async () => {
    api.faults.set({ reset: {}, slow: {} });
    expect((await faults('DELETE')).status).toBe(200);
  });
});
