import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, createMetrics } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { Allowance, usualUseLimits } from '../src/access/allowance.ts';
import { Audit } from '../src/access/audit.ts';
import type { Caller } from '../src/access/caller.ts';
import { KnownTokens } from '../src/access/known-tokens.ts';
import { HandClock } from './tokens.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

test('what is used drains evenly; what a question cost beyond the limit makes the wait longer', () => {
  const clock = new HandClock();
  const allowance = new Allowance({ ...usualUseLimits, rowsPerMinute: 600, concurrentRequests: 2 }, clock);
  allowance.enter();
  allowance.charge({ rows: 1_200, bytes: 0, seconds: 0 });
  expect(() => allowance.enter()).toThrow(/600 rows a minute, and has used 1200; ask again in 60 s/);
  clock.advance(59_000);
  expect(() => allowance.enter()).toThrow(/in 1 s/);
  clock.advance(2_000);
  allowance.enter();
  // Two are running.
  expect(() => allowance.enter()).toThrow(/2 requests at once/);
  allowance.leave();
  allowance.enter();
  // A clock that was set back gives and takes nothing.
  clock.advance(-3_600_000);
  allowance.leave();
  allowance.enter();
});

test('tokens that cannot be read any more let nobody in, and a request asks for them only now and then', async () => {
  const clock = new HandClock();
  let reads = 0;
  let isUp = true;
  const select = async () => {
    reads++;
    if (!isUp) throw new Error('the store is away');
    return [];
  };
  const tokens = new KnownTokens({ store: { select } as unknown as StoreClient, clock, logger });
  await tokens.current();
  for (let n = 0; n < 10; n++) await tokens.current();
  expect(reads).toBe(1);
  isUp = false;
  clock.advance(3_000);
  expect((await tokens.current()).size).toBe(0);
  expect(reads).toBe(2);
  clock.advance(2_000);
  await expect(tokens.current()).rejects.toThrow('away');
  isUp = true;
  await tokens.current();
  // A clock that was set back makes everything old.
  const before = reads;
  clock.advance(-60_000);
  await tokens.current();
  expect(reads).toBe(before + 1);
});

test('an audit that the store does not take waits up to a bound, is counted beyond it, and is written later', async () => {
  const clock = new HandClock();
  const metrics = createMetrics('test');
  const written: object[] = [];
  let isUp = false;
  const insert = async (_name: string, table: string, rows: Iterable<object>) => {
    if (!isUp) throw new Error('the store is away');
    if (table.endsWith('api_requests')) written.push(...rows);
  };
  const store = { insert } as unknown as StoreClient;
  const audit = new Audit({ store, clock, logger, metrics, mostWaiting: 3 });
  const caller = {
    id: 'admin',
    name: 'x',
    isStored: false,
    cost: { statements: 0, rowsRead: 0, bytesRead: 0, storeMs: 0 },
  };
  for (let n = 0; n < 5; n++) {
    const over: (() => void)[] = [];
    const raw = { once: (_event: string, callback: () => void) => over.push(callback) };
    const request = { id: crypto.randomUUID(), method: 'GET', params: {}, query: {}, routeOptions: { config: {} } };
    const socket = { once: () => undefined, off: () => undefined };
    const reply = { raw, request: { raw: { socket } }, statusCode: 200, elapsedTime: 1 };
    audit.follow(caller as unknown as Caller, request as unknown as FastifyRequest, reply as unknown as FastifyReply);
    for (const callback of over) callback();
  }
  const text = await metrics.metrics();
  expect(text).toMatch(/custody_api_audit_lost_total\S* 2\n/);
  expect(text).toMatch(/custody_api_audit_waiting\S* 3\n/);
  isUp = true;
  await audit.close();
  expect(written).toHaveLength(3);
});

test('what answers callers knows no scope but the caller’s, and no store but the caller’s', () => {
  const files = ['routes', 'filters'].flatMap((folder) => {
    const path = join(import.meta.dirname, '..', 'src', folder);
    return readdirSync(path).map((file) => join(path, file));
  });
  expect(files.length).toBeGreaterThan(15);
  const around =
    /^import [^;]*\b(everything|createStoreClient|AnswerSources)\b|RouteParts\b.*\bstore\b|as Scope|envIds:/m;
  expect(files.filter((file) => around.test(readFileSync(file, 'utf8')))).toEqual([]);
});
