import { permitErrors } from '@custody/permit';
import type { FaultSettings } from '@custody/permit-simulator';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lostOf, Readers, Source } from './kit/readers.ts';

let readers: Readers;

beforeEach(async () => {
  readers = await Readers.open();
});
afterEach(() => readers.close());

const patient = { timeout: 60_000, interval: 50 };
const decisions = 1_500;
const speed = 60;

/** Requests that the environment needs until everything is handed on, with nobody beside it. */
async function requestsAlone(): Promise<number> {
  const alone = await Readers.open();
  try {
    const source = new Source({ seed: 1, decisions, speed });
    const log = await alone.openLog();
    const { asked } = alone.start(source, log);
    await vi.waitFor(async () => expect(await lostOf(source, log)).toBe(0), patient);
    return asked.length;
  } finally {
    await alone.close();
  }
}

test.each<[string, FaultSettings]>([
  ['500', { 500: { share: 1 } }],
  ['429', { 429: { share: 1, retryAfter: 'seconds', waitSeconds: 600 } }],
  ['403', { 403: { share: 1 } }],
  ['403 to decisions alone', { 403: { share: 1, endpoints: ['audit_logs'] } }],
  ['garbage', { garbage: { share: 1 } }],
  ['resets', { reset: { share: 1 } }],
])(
  'an environment that answers %s to everything takes nothing from another',
  async (_, faults) => {
    const sick = new Source({ seed: 2, decisions: 50, faults, speed });
    const healthy = new Source({ seed: 1, decisions, speed });
    const log = await readers.openLog();
    const bad = readers.start(sick, log, { label: 'sick' });
    await vi.waitFor(() => expect(bad.reader.health.isFailing).toBe(true), patient);
    const good = readers.start(healthy, log, { label: 'healthy' });
    await vi.waitFor(async () => expect(await lostOf(healthy, log)).toBe(0), patient);
    const needed = good.asked.length;
    expect(good.reader.health.describe()).toBe('ok');
    expect(good.said.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(bad.reader.health.isFailing).toBe(true);
    // Beside the history, either asks for the newest each second.
    expect(needed).toBeLessThan((await requestsAlone()) * 2);

    sick.permit.faults.replace({});
    await vi.waitFor(async () => expect(await lostOf(sick, log)).toBe(0), patient);
    expect(bad.reader.health.isFailing).toBe(false);
    expect(bad.said.at(-1)).toBeDefined();
    expect(bad.said.some(({ msg }) => msg === 'the environment can be read again')).toBe(true);
  },
  120_000,
);

test('a key that is refused is told once at ERROR with its remedy, counted, and asked with ever rarer', async () => {
  const source = new Source({ seed: 2 });
  const { reader, said } = readers.start(source, await readers.openLog(), {
    label: 'sick',
    apiKey: 'permit_key_wrong',
  });
  await vi.waitFor(() => expect(source.requestsAtMs.length).toBeGreaterThan(10), patient);
  const errors = said.filter(({ level }) => level === 'error');
  expect(errors).toEqual([
    expect.objectContaining({ code: 'PERMIT_KEY_REJECTED', remedy: permitErrors.PERMIT_KEY_REJECTED.remedy }),
  ]);
  expect(JSON.stringify(said)).not.toContain('permit_key_wrong');
  expect(reader.health.describe()).toMatch(/^failing since 2026-03-04T10:20:30.*\[PERMIT_KEY_REJECTED\]$/);
  const metrics = await reader.registry.metrics();
  expect(metrics).toMatch(/custody_poller_environment_failing\{[^}]*env="sick"[^}]*\} 1/);
  expect(metrics).toMatch(/custody_poller_environment_failures_total\{[^}]*code="PERMIT_KEY_REJECTED"[^}]*\} \d+/);
  const pauses = source.requestsAtMs.slice(1, 8).map((atMs, index) => atMs - (source.requestsAtMs[index] ?? 0));
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
});

test('two pollers of one environment: one reads, the other takes over, nothing is lost, one budget is kept', async () => {
  const source = new Source({ seed: 3, decisions: 4_000, speed });
  const requestsPerMinute = 20;
  const own = { requestsPerMinute };
  const [first, second] = [await readers.openLog(), await readers.openLog()];
  const one = readers.start(source, first, own, new Map());
  await vi.waitFor(() => expect(one.asked.length).toBeGreaterThan(5), patient);
  const other = readers.start(source, second, own, new Map());
  await vi.waitFor(() => expect(one.asked.length).toBeGreaterThan(20), patient);
  expect(other.asked).toEqual([]);
  // That the other has found its environment out is all that it has asked for.
  const found = source.requestsAtMs.length - one.asked.length;
  expect(source.mostPerMinute()).toBeLessThanOrEqual(requestsPerMinute + found);
  expect(await lostOf(source, first)).toBeGreaterThan(0);
  await one.stop();
  const before = source.requestsAtMs.length;
  await vi.waitFor(async () => expect(await lostOf(source, second)).toBe(0), patient);
  expect(other.asked.length).toBeGreaterThan(0);
  const after = source.requestsAtMs.splice(0, before);
  expect(after.length).toBe(before);
  expect(source.mostPerMinute()).toBeLessThanOrEqual(requestsPerMinute);
}, 90_000);

test('two entries that are one environment: the second is refused, and named with the first', async () => {
  const source = new Source({ seed: 4, decisions: 100, speed });
  const log = await readers.openLog();
  const one = readers.start(source, log, { label: 'production' });
  await vi.waitFor(() => expect(one.asked.length).toBeGreaterThan(0), patient);
  const { reader } = readers.start(source, log, { label: 'environments[1]' });
  await vi.waitFor(() => expect(reader.health.isFailing).toBe(true), patient);
  expect(reader.health.describe()).toMatch(/production and environments\[1\] are the same environment/);
  await vi.waitFor(async () => expect(await lostOf(source, log)).toBe(0), patient);
});
