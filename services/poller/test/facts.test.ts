import { type GrantRecord, grantRecord, topics } from '@custody/decision';
import { permitErrors } from '@custody/permit';
import { startSimulator } from '@custody/permit-simulator';
import { CustodyError } from '@custody/runtime';
import { afterEach, expect, test, vi } from 'vitest';
import { GivenFacts } from './kit/fact-listings.ts';
import { type Fault, startFaultyProxy } from './kit/faulty-proxy.ts';
import { Harness, recordsOf, textOf } from './kit/harness.ts';
import { TestClock } from './kit/test-clock.ts';

const startMs = Date.parse('2026-03-04T10:00:00Z');
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** `clock` is the source's; the poller's own may run ahead of it or behind. */
async function start({ aheadMs = 0 } = {}) {
  const clock = new TestClock(startMs);
  const ours = { now: () => clock.now() + aheadMs, sleep: (ms: number) => clock.sleep(ms) };
  const simulator = await startSimulator({ seed: 5, anchorMs: startMs, now: () => clock.now(), historyDecisions: 100 });
  closers.push(() => simulator.stop());
  const listings = new GivenFacts();
  const harness = await Harness.open({ url: simulator.url, apiKey: simulator.apiKey, clock: ours, listings });
  closers.push(() => harness.close());
  return { clock, simulator, listings, harness };
}

async function factsIn(harness: Harness): Promise<GrantRecord[]> {
  const { records } = await harness.log.latest(topics.grants.name);
  return [...records.values()].map((record) => grantRecord.parse(JSON.parse(textOf(record))));
}

/** How many records were ever appended: compaction drops old ones, offsets stay. */
async function appended(harness: Harness): Promise<number> {
  const records = await recordsOf(harness.log, topics.grants.name);
  return (records.at(-1)?.offset ?? -1) + 1;
}

const consentOfAlice = {
  grantId: 'c1',
  agentKey: 'agent|a',
  humanKey: 'human|alice',
  server: 'linear',
  level: 'medium',
  createdAt: '2026-02-01T00:00:00.000Z',
} as const;

test('a consent appears with its own time, stays without new records, and ends inside the interval seen', async () => {
  const { clock, listings, harness } = await start();
  listings.consents = [consentOfAlice];
  const { facts, pollFresh } = await harness.session();
  const later = async () => {
    clock.advance(60_000);
    await pollFresh();
    await facts.refresh();
  };
  await facts.refresh();
  await later();
  const consents = async () => (await factsIn(harness)).filter(({ kind }) => kind === 'consent');
  expect(await consents()).toMatchObject([
    { valid_from: '2026-02-01T00:00:00.000Z', first_seen: '2026-03-04T10:00:00.000Z', first_missing: null },
  ]);
  listings.consents = [];
  await later();
  expect(await consents()).toMatchObject([
    { grant_id: 'c1', last_seen: '2026-03-04T10:01:00.000Z', first_missing: '2026-03-04T10:02:00.000Z' },
  ]);
  const listing = (await factsIn(harness)).find((record) => record.kind === 'listing' && record.of === 'consent');
  expect(listing).toMatchObject({
    first_completed_at: '2026-03-04T10:00:00.000Z',
    completed_at: '2026-03-04T10:02:00.000Z',
  });
  // Three listings of four kinds, one beginning, one end: what stays is not written again.
  expect(await appended(harness)).toBe(3 * 4 + 2);
});

test('a changed name ends the old one and begins another, and both are kept', async () => {
  const { clock, listings, harness } = await start();
  const alice = { grantId: 'human|alice', userKey: 'human|alice', createdAt: '2026-01-01T00:00:00.000Z' };
  listings.identities = [{ ...alice, name: 'Alice', email: 'a@x.io' }];
  const { facts } = await harness.session();
  await facts.refresh();
  clock.advance(60_000);
  listings.identities = [{ ...alice, name: 'Alice Smith', email: 'a@x.io' }];
  await facts.refresh();
  const identities = (await factsIn(harness)).filter(({ kind }) => kind === 'identity');
  expect(identities).toHaveLength(2);
  expect(identities).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'Alice', first_missing: '2026-03-04T10:01:00.000Z' }),
      expect.objectContaining({
        name: 'Alice Smith',
        valid_from: '2026-03-04T10:01:00.000Z',
        first_missing: null,
      }),
    ]),
  );
});

test('a grant that ended and comes back is a new one, and the gap is kept', async () => {
  const { clock, listings, harness } = await start();
  const { facts } = await harness.session();
  for (const consents of [[consentOfAlice], [], [consentOfAlice]]) {
    listings.consents = consents;
    await facts.refresh();
    clock.advance(60_000);
  }
  const consents = (await factsIn(harness)).filter(({ kind }) => kind === 'consent');
  expect(consents).toMatchObject([{ first_missing: '2026-03-04T10:01:00.000Z' }, { first_missing: null }]);
});

test('a restart knows what was known: it repeats nothing, and sees what ended meanwhile', async () => {
  const { clock, listings, harness } = await start();
  listings.consents = [consentOfAlice, { ...consentOfAlice, grantId: 'c2', humanKey: 'human|bob' }];
  await (await harness.session()).facts.refresh();
  clock.advance(3_600_000);
  listings.consents = [consentOfAlice];
  await (await harness.session()).facts.refresh();
  expect(await appended(harness)).toBe(2 * 4 + 3);
  const ended = (await factsIn(harness)).filter((record) => 'first_missing' in record && record.first_missing !== null);
  expect(ended).toMatchObject([{ grant_id: 'c2', last_seen: '2026-03-04T10:00:00.000Z' }]);
});

test.each([600_000, -600_000])(
  'with a clock %i ms ahead, no grant is said to have been there after it ended, nor to be gone before',
  async (aheadMs) => {
    const { clock, listings, harness } = await start({ aheadMs });
    listings.consents = [consentOfAlice];
    const session = await harness.session();
    const consents = async () => (await factsIn(harness)).filter(({ kind }) => kind === 'consent');
    const poll = async () => {
      await session.pollFresh();
      await session.facts.refresh();
    };
    await poll();
    clock.advance(60_000);
    await poll();
    const seenMs = clock.now();
    clock.advance(60_000);
    listings.consents = [];
    await poll();
    const [consent] = await consents();
    if (consent?.kind !== 'consent') throw new Error('no consent');
    expect(Date.parse(consent.last_seen)).toBeLessThanOrEqual(seenMs);
    expect(Date.parse(consent.first_missing ?? '')).toBeGreaterThanOrEqual(clock.now());
    expect(Date.parse(consent.first_seen)).toBeGreaterThanOrEqual(startMs);
  },
);

test('a listing that fails ends nothing, and costs no other kind', async () => {
  const { clock, listings, harness } = await start();
  listings.consents = [consentOfAlice];
  const { facts } = await harness.session();
  await facts.refresh();
  clock.advance(60_000);
  listings.consents = new CustodyError(permitErrors.PERMIT_KEY_REJECTED, 'refused');
  listings.ceilings = [{ grantId: 't1', humanKey: 'human|alice', server: 'linear', level: 'low', createdAt: null }];
  await facts.refresh();
  const now = await factsIn(harness);
  expect(now.find(({ kind }) => kind === 'consent')).toMatchObject({ first_missing: null });
  expect(now.find(({ kind }) => kind === 'ceiling')).toMatchObject({ server: 'linear', first_missing: null });
  const listing = now.find((record) => record.kind === 'listing' && record.of === 'consent');
  expect(listing).toMatchObject({ completed_at: '2026-03-04T10:00:00.000Z' });
});

test.each(['cut-off', 'server-fault', 'forbidden', 'not-found'] as const)(
  'over HTTP: a listing of many pages whose second page is %s ends nothing',
  async (fault) => {
    const { clock, simulator } = await start();
    let spoil: Fault = 'none';
    const proxy = await startFaultyProxy(simulator.url, (path) =>
      path.includes('/users') && path.includes('page=2') ? spoil : 'none',
    );
    closers.push(() => proxy.stop());
    const harness = await Harness.open({ url: proxy.url, apiKey: simulator.apiKey, clock, listings: 'real' });
    closers.push(() => harness.close());
    const { facts } = await harness.session();
    await facts.refresh();
    const before = await factsIn(harness);
    const current = (records: GrantRecord[], kind: string) => records.filter((record) => record.kind === kind).length;
    expect(current(before, 'identity')).toBeGreaterThan(100);
    expect(current(before, 'consent')).toBeGreaterThan(40);
    expect(current(before, 'ceiling')).toBeGreaterThan(40);
    expect(current(before, 'tool_level')).toBeGreaterThan(90);
    spoil = fault;
    await facts.refresh(['identity']);
    expect(await factsIn(harness)).toEqual(before);
  },
);

test('callers never seen are looked up at once and together, each once', async () => {
  const { clock, listings, harness } = await start();
  listings.consents = [consentOfAlice];
  const { facts } = await harness.session();
  await facts.refresh();
  const before = listings.calls;
  const stopping = new AbortController();
  const running = facts.runForNewCallers(stopping.signal);
  facts.sawCaller('agent|a');
  for (const key of ['agent|new', 'agent|newer', 'agent|new']) facts.sawCaller(key);
  await vi.waitFor(() => expect(listings.calls).toBe(before + 2));
  facts.sawCaller('agent|new');
  stopping.abort();
  await running;
  expect(listings.calls).toBe(before + 2);
  expect(clock.now()).toBeGreaterThan(startMs);
});
