import { randomUUID } from 'node:crypto';
import { dayMs, hourMs, hourOf } from '@custody/decision';
import { buildHours, buildSpan, DecisionBlock, type StoreClient, writeDecisions } from '@custody/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedAnswer, told } from './oracle.ts';
import { type RandomQuestion, randomQuestions } from './random-questions.ts';
import { nowMs, startService, type TestService } from './service.ts';
import { makeWorld, storedRow } from './world.ts';

// Over the last Sunday of October, when Europe's clocks go back, and the first of a month.
const rows = makeWorld(1_500, nowMs - 12 * dayMs, nowMs, 3);
const firstMs = Math.floor((nowMs - 11 * dayMs) / dayMs) * dayMs;
let service: TestService;

async function sealSpans(store: StoreClient, env_id: string, span: 'hour' | 'day', builds: Map<number, string>) {
  const seals = [...builds].map(([startMs, build]) => ({ env_id, span, starts_at: startMs / 1_000, build }));
  const [clock] = (await store.select('test', 'SELECT now64(6) AS at', {})) as { at: string }[];
  await store.insert(
    'test',
    'custody_internal.seals',
    seals.map((seal) => ({ ...seal, as_of: clock?.at })),
  );
}

/** Seals the four days around the change of clocks, of one environment but for every seventh hour; sums days of the other up. */
async function seal(store: StoreClient): Promise<void> {
  const hours = Array.from({ length: 4 * 24 }, (_, n) => firstMs + n * hourMs);
  for (const envId of ['env-1', 'env-2']) {
    const asked = envId === 'env-1' ? hours : hours.filter((_, n) => n % 7 > 0);
    const months = Map.groupBy(asked, (startMs) => new Date(startMs).getUTCMonth());
    for (const ofMonth of months.values()) {
      const built = await buildHours(store, { envId, hours: ofMonth, attempt: randomUUID() });
      await sealSpans(store, envId, 'hour', new Map(built.map(({ hourStartMs, build }) => [hourStartMs, build])));
    }
  }
  const days = new Map<number, string>();
  for (const startMs of [1, 2].map((n) => firstMs + n * dayMs)) {
    const { build } = await buildSpan(store, { envId: 'env-1', span: 'day', startMs, attempt: randomUUID() });
    days.set(startMs, build);
  }
  await sealSpans(store, 'env-1', 'day', days);
}

beforeAll(async () => {
  service = await startService();
  const stored = rows.map(storedRow);
  await writeDecisions(service.store, DecisionBlock.of(stored));
  await seal(service.store);
  // A replay of what is not sealed: nothing may count twice.
  const recent = stored.filter((_, n) => (rows[n]?.atMs ?? 0) >= hourOf(nowMs) - dayMs);
  await writeDecisions(service.store, DecisionBlock.of(recent));
});
afterAll(() => service.stop());

const levels = new Set<unknown>();

async function answerEqual({ path, parameters, ...question }: RandomQuestion): Promise<void> {
  const { status, data, meta } = await service.get(path, parameters);
  const about = `${path} ${JSON.stringify(parameters)}`;
  expect(status, about).toBe(200);
  for (const level of meta.levels as unknown[]) levels.add(level);
  expect(told(data), about).toEqual(told(expectedAnswer(rows, question)));
}

/** 25 times as many in the long run, of another seed each time: one takes some 70 ms of the processor. */
const isLong = process.env.CUSTODY_TEST_LONG === '1';
const count = isLong ? 5_000 : 120;
const seed = isLong ? Date.now() % 1_000_000 : 11;

test(`${count} questions that chance made are answered as plain counting answers them (seed ${seed})`, async () => {
  const questions = randomQuestions(rows, nowMs, count, seed);
  const work = async () => {
    for (const question of questions) await answerEqual(question);
  };
  // One generator: each question goes to whoever is free.
  await Promise.all([work(), work(), work()]);
  expect([...levels]).toEqual(expect.arrayContaining(['hour', 'quarter', 'raw']));
}, 600_000);
