import { inspect } from 'node:util';
import { dayMs, hourMs } from '@custody/decision';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import { DecisionBlock, type StoreClient, type StoreSettings, writeDecisions } from '@custody/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { record, stepOf, uuidOf } from './alert-world.ts';
import { AnswerChecker } from './answer-checker.ts';
import { type ApiOperation, operationsOf } from './api-document.ts';
import { type FuzzedRequest, RequestFuzzer } from './fuzzed-requests.ts';
import { ampleUseLimits, nowMs, startService, type TestService } from './service.ts';
import { createRandom, makeWorld, storedRow } from './world.ts';

const requests = process.env.CUSTODY_TEST_LONG === '1' ? 20_000 : 2_000;
const seed = Number(process.env.CUSTODY_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const limits = { maxSeconds: 10, maxMemoryBytes: 500_000_000, maxRowsToRead: 1_000_000 };
const rows = makeWorld(120, nowMs - 2 * dayMs, nowMs, 3);

let service: TestService;
let app: FastifyInstance;
/** Statements that were not held to the service's limits. */
const unbounded = new Set<string>();
/** What the store said last of a statement that failed, for whoever looks for the cause of a failure. */
let lastFailure: unknown = null;

function isBounded({ max_execution_time, max_memory_usage, max_rows_to_read }: StoreSettings): boolean {
  const within = (value: unknown, most: number) => Number(value) > 0 && Number(value) <= most;
  const { maxSeconds, maxMemoryBytes, maxRowsToRead } = limits;
  return (
    within(max_execution_time, maxSeconds) &&
    within(max_memory_usage, maxMemoryBytes) &&
    within(max_rows_to_read, maxRowsToRead)
  );
}

/**
 * The store, with an eye on the settings of each statement. Nothing is written while questions are asked, so that a statement that
 * was answered once has that answer; and of a world of some rows one thread reads all.
 */
function watched(store: StoreClient): StoreClient {
  const answers = new Map<string, unknown[]>();
  return {
    ...store,
    select: async (name, sql, params, { settings = {}, ...options } = {}) => {
      // Tokens are a small table, which the service looks at for all callers.
      if (!isBounded(settings) && !name.startsWith('tokens.')) unbounded.add(name);
      const key = JSON.stringify([sql, params]);
      const known = answers.get(key);
      if (known !== undefined) return structuredClone(known);
      try {
        const rows = await store.select(name, sql, params, { ...options, settings: { ...settings, max_threads: 1 } });
        answers.set(key, structuredClone(rows));
        return rows;
      } catch (error) {
        lastFailure = error;
        throw error;
      }
    },
  };
}

beforeAll(async () => {
  service = await startService();
  await writeDecisions(service.store, DecisionBlock.of(rows.map(storedRow)));
  const hour = Math.floor(nowMs / hourMs) * hourMs - 20 * hourMs;
  const subject = { envId: 'env-1', envName: 'production', kind: 'agent', key: 'agent|client-1', name: 'Claude' };
  await record(service.store, [
    stepOf('fuzzed', 1, { subject }),
    stepOf('fuzzed', 2, { subject, kind: 'acknowledged' }),
  ]);
  await service.store.insert('test', 'custody_internal.windows_by_hour', [
    {
      env_id: 'env-1',
      env_name: 'production',
      hour: hour / 1_000,
      windows: [],
      updated_at: new Date(nowMs).toISOString(),
    },
  ]);
  app = await createApp({
    store: watched(service.store),
    clock: { ...systemClock, now: () => nowMs },
    logger: createLogger({ service: 'test', level: 'silent' }),
    limits,
    // What is refused for having asked too much says nothing of the answer.
    useLimits: ampleUseLimits,
    token: null,
    metrics: createMetrics('query'),
    // A stream that ends as soon as it has begun.
    stream: { longestMs: 1, mostClients: 1_000 },
  });
});
afterAll(async () => {
  await app.close();
  await service.stop();
});

/** Texts of an answer that further requests may name. */
function textsOf(body: string): string[] {
  return [...body.matchAll(/"(?:next|\w*_(?:id|key)|agent|human|server|tool)":"([^"\\]{1,300})"/g)].map(
    ([, text = '']) => text,
  );
}

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly fault: string | null;
}

async function send({ operation, method, url, headers }: FuzzedRequest, checker: AnswerChecker): Promise<Sent> {
  const answer = await app.inject({ method: method as 'GET', url, headers: { host: 'localhost', ...headers } });
  const isPacked = answer.headers['content-encoding'] !== undefined;
  const body = isPacked ? '' : answer.body;
  const contentType = String(answer.headers['content-type'] ?? '');
  const isChecked = method === 'GET' && !isPacked;
  const status = answer.statusCode;
  const fault = isChecked ? checker.faultOf(operation, { status, contentType, body }) : null;
  return { status, body, fault: status >= 500 ? `${status}: ${body} ${inspect(lastFailure)}` : fault };
}

/** Of whom there is something, by the part of the path before the name. */
const named: Readonly<Record<string, string>> = {
  decisions: rows[0]?.id ?? '',
  agents: 'agent|client-1',
  humans: 'human|bob',
  servers: 'linear',
  alerts: uuidOf('fuzzed'),
  rules: 'blindness',
};

/** The operation with nothing but what it has to have. */
function plainRequest(operation: ApiOperation): FuzzedRequest {
  const path = operation.path.replace(
    /(\w+)\/\{\w+\}/,
    (_, kind: string) => `${kind}/${encodeURIComponent(named[kind] ?? 'x')}`,
  );
  return { operation, method: 'GET', url: path, headers: {} };
}

test('whatever is asked is answered as the document says, within limits, and never by a fault of ours', async () => {
  const document = app.swagger();
  // Those that ask; what makes and revokes tokens has tests of its own.
  const operations: ApiOperation[] = operationsOf(document).filter(({ method }) => method === 'get');
  const checker = new AnswerChecker(document);
  const known = [...new Set(rows.flatMap((row) => [row.id, row.agent, row.human, row.server, row.tool, row.envName]))];
  const fuzzer = new RequestFuzzer(
    operations,
    createRandom(seed),
    known.filter((text) => text !== ''),
  );
  const answered = new Set<string>();
  const plain = operations.map((operation) => plainRequest(operation));
  for (let n = 0; n < requests; n += 1) {
    const request = plain[n] ?? fuzzer.next();
    const shown = `CUSTODY_TEST_SEED=${seed}, request ${n}: ${request.method} ${request.url} ${JSON.stringify(request.headers)}`;
    const { status, body, fault } = await send(request, checker);
    expect(fault, shown).toBeNull();
    expect(status, shown).not.toBe(429);
    expect([...unbounded], shown).toEqual([]);
    if (status !== 200 || request.method !== 'GET') continue;
    fuzzer.learn(textsOf(body));
    answered.add(request.operation.operationId);
  }
  // Each operation was answered, not only refused: an operation that nobody drives stands out here.
  expect(operations.map(({ operationId }) => operationId).filter((id) => !answered.has(id))).toEqual([]);
}, 1_200_000);
