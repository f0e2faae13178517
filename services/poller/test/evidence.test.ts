import {
  type CoverageRecord,
  coverageKey,
  coverageRecord,
  hourMs,
  minuteMs,
  secondMs,
  topics,
} from '@custody/decision';
import { permitErrors } from '@custody/permit';
import { CustodyError } from '@custody/runtime';
import { expect, test } from 'vitest';
import { EvidenceList } from '../src/evidence-list.ts';
import type { Session } from '../src/session.ts';
import { entryAt } from './kit/entries.ts';
import { GivenFacts } from './kit/fact-listings.ts';
import { silent } from './kit/harness.ts';
import { InProcess, type InProcessOptions, nowMs, readAll } from './kit/in-process.ts';
import { Killed, Life, mortalLog } from './kit/mortal.ts';

const at = (ms: number) => new Date(ms).toISOString();
const decoder = new TextDecoder();
const debugNaming = (subject: string) => ({
  raw_data: {
    timestamp: at(nowMs),
    result: {
      allow: true,
      debug: {
        rebac: { allowing_roles: [{ role: 'linear#low', sources: [{ resource: `user_profile:${subject}` }] }] },
      },
    },
  },
});

/** Agent a1 acts for two humans, a2 for one; every third decision is denied. */
const entries = Array.from({ length: 30 }, (_, index) => ({
  entry: entryAt(index, at(nowMs - 2 * hourMs + index * minuteMs), {
    user_key: index % 2 === 0 ? 'agent|a1' : 'agent|a2',
    resource_type: 'linear',
    decision: index % 3 !== 0,
    ...debugNaming('alice'),
  }),
}));
const idOf = ({ entry }: (typeof entries)[number]) => entry.id;
const isOwed = (_: unknown, index: number) => index % 3 === 0 || index % 2 === 0;
const owedIds = entries.filter(isOwed).map(idOf);

function consent(agentKey: string, subject: string) {
  const [humanKey, level] = [`human|${subject}`, 'high'] as const;
  return { grantId: `${agentKey}/${subject}`, agentKey, humanKey, server: 'linear', level, createdAt: at(0) };
}

function consents(): GivenFacts {
  const facts = new GivenFacts();
  facts.consents = [consent('agent|a1', 'alice'), consent('agent|a1', 'bob'), consent('agent|a2', 'alice')];
  return facts;
}

function worldOf(options: InProcessOptions = {}): InProcess {
  return new InProcess({ entries, variants: { rawDataOnList: false }, ...options });
}

async function begin(world: InProcess, options: Parameters<InProcess['session']>[0] = {}): Promise<Session> {
  const session = await world.session({ listings: consents(), ...options });
  await session.facts.refresh();
  return session;
}

function detailsIn(world: InProcess) {
  return world.log
    .recordsOf(topics.decisions.name)
    .filter(({ headers }) => headers['custody-form'] === 'detailed')
    .map(({ key, headers, value }) => ({ key, headers, entry: JSON.parse(decoder.decode(value ?? undefined)) }));
}

const idsIn = (world: InProcess) => detailsIn(world).map(({ entry }) => entry.id as string);

async function readEvidence(session: Session): Promise<void> {
  while ((await session.evidence.step()) === 'worked');
}

test('denials and decisions of an agent of two humans are read in detail, the oldest first, as the same decisions', async () => {
  const world = worldOf();
  const session = await begin(world);
  await readAll(session);
  expect(session.evidence.report()).toMatchObject({ owed: owedIds.length, oldestOwedMs: nowMs - 2 * hourMs });
  await readEvidence(session);
  expect(idsIn(world)).toEqual(owedIds);
  const [first] = detailsIn(world);
  expect(first).toMatchObject({
    key: 'agent|a1',
    headers: {
      'custody-hour': '2026-03-04T08:00:00.000Z',
      'custody-mode': 'backfill',
      'custody-listed-at': entries[0]?.entry.timestamp,
    },
    entry: entries[0]?.entry,
  });
  expect(session.evidence.report()).toEqual({
    ...{ owed: 0, oldestOwedMs: null, read: owedIds.length, deletedFirst: 0 },
  });
  // A key that was read is deleted, so that little stays after compaction.
  expect((await world.log.latest(topics.evidence.name)).records.size).toBe(0);
});

test('nothing is owed where the list carries the debug output, whichever place it has there', async () => {
  for (const variants of [{}, { rawDataOnList: false, inputOnList: true }]) {
    const session = await begin(worldOf({ variants }));
    await readAll(session);
    expect(session.evidence.report().owed).toBe(0);
  }
});

test('a second human whose consent is listed after the decision makes its evidence owed', async () => {
  const recent = entryAt(99, at(nowMs - 20 * secondMs), { user_key: 'agent|a3', ...debugNaming('bob') });
  const world = worldOf({ entries: [{ entry: recent }] });
  const listings = new GivenFacts();
  listings.consents = [consent('agent|a3', 'alice')];
  const session = await begin(world, { listings });
  await session.pollFresh();
  expect(await session.evidence.step()).toBe('idle');
  listings.consents = [...listings.consents, consent('agent|a3', 'bob')];
  await session.facts.refresh();
  expect(await session.evidence.step()).toBe('worked');
  expect(idsIn(world)).toEqual([recent.id]);
});

test('what Permit deleted before it was read is counted and owed no more, in coverage over all runs', async () => {
  const world = worldOf();
  const session = await begin(world);
  await readAll(session);
  for (const id of owedIds.slice(0, 4)) world.permit.entries.delete(id, world.nowMs);
  await readEvidence(session);
  expect(session.evidence.report()).toMatchObject({ owed: 0, read: owedIds.length - 4, deletedFirst: 4 });
  expect(idsIn(world)).toEqual(owedIds.slice(4));
  await session.journal.write();
  const again = await begin(world);
  await again.journal.write();
  const { records } = await world.log.latest(topics.windows.name);
  const [envId = ''] = (await world.hours()).map(({ env_id }) => env_id);
  const value = JSON.parse(decoder.decode(records.get(coverageKey(envId))?.value ?? undefined));
  expect(coverageRecord.parse(value)).toMatchObject({
    ...{ evidence_owed: 0, evidence_oldest_owed: null },
    ...{ evidence_read: owedIds.length - 4, evidence_deleted_first: 4 },
  } satisfies Partial<CoverageRecord>);
  expect(await world.registry.metrics()).toMatch(/custody_poller_evidence_total\{outcome="deleted_first"[^}]*\} 4/);
});

test('killed at any step, it reads what it owes to the end, and only details that nobody knew of are read twice', async () => {
  for (let steps = 1; steps < 60; steps += 1) {
    const world = worldOf();
    const life = new Life(steps);
    const doomed = async () => {
      const session = await begin(world, { log: mortalLog(world.log, life) });
      await readAll(session);
      await readEvidence(session);
    };
    await doomed().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const before = idsIn(world).length;
    const session = await begin(world);
    await readAll(session);
    await readEvidence(session);
    expect([...new Set(idsIn(world))].sort(), `killed at step ${steps}`).toEqual(owedIds.toSorted());
    expect(session.evidence.report().owed).toBe(0);
    expect(idsIn(world).length).toBeLessThanOrEqual(owedIds.length + before);
  }
});

test('killed between the append of details and the note of it, it reads those few again and no others', async () => {
  const world = worldOf();
  await readAll(await begin(world));
  const failing = {
    ...mortalLog(world.log, new Life()),
    async append(...[topic, records]: Parameters<typeof world.log.append>) {
      if (topic === topics.evidence.name && records.some(({ value }) => value === null)) throw new Killed();
      await world.log.append(topic, records);
    },
  };
  const doomed = await begin(world, { log: failing });
  await expect(doomed.evidence.step()).rejects.toThrow(Killed);
  expect(idsIn(world)).toEqual(owedIds.slice(0, 10));
  const session = await begin(world);
  await readEvidence(session);
  expect(idsIn(world)).toEqual([...owedIds.slice(0, 10), ...owedIds]);
});

test.each(['503', '403', 'garbage', 'truncated-json', '429'] as const)(
  'a detail endpoint that fails with %s holds up no listing, and its evidence stays owed until it works',
  async (fault) => {
    const world = worldOf();
    const session = await begin(world);
    await readAll(session);
    world.permit.faults.set({ [fault]: { endpoints: ['audit_log_detail'] } });
    expect(await session.evidence.step()).toBe('failed');
    world.permit.entries.add({ entry: entryAt(500, at(world.nowMs)) });
    await session.pollFresh();
    expect(world.lost()).toEqual([]);
    expect(session.evidence.report()).toMatchObject({ owed: owedIds.length, read: 0, deletedFirst: 0 });
    world.permit.faults.clear();
    world.nowMs += minuteMs;
    await readEvidence(session);
    expect(idsIn(world)).toEqual(owedIds);
  },
);

test('one entry that cannot be read lets the others go first, and is tried again for as long as it is owed', async () => {
  const world = worldOf();
  const session = await begin(world, {
    details: {
      async readDecision(id) {
        if (id !== owedIds[0] || world.nowMs > nowMs + 2 * hourMs) return { outcome: 'deleted' };
        throw new CustodyError(permitErrors.PERMIT_SERVER_FAULT, 'this one always');
      },
    },
  });
  await readAll(session);
  expect(await session.evidence.step()).toBe('failed');
  await readEvidence(session);
  expect(session.evidence.report()).toMatchObject({ owed: 1, deletedFirst: owedIds.length - 1 });
  for (let step = 0; step < 400; step += 1) {
    world.nowMs += minuteMs;
    await session.evidence.step();
  }
  expect(session.evidence.report()).toMatchObject({ owed: 0, deletedFirst: owedIds.length });
});

test('with a spent budget fresh decisions go first: evidence waits for what they leave', async () => {
  const world = worldOf({ requestsPerMinuteOfOurs: 600 });
  const session = await begin(world, { latenessMs: 15 * minuteMs });
  await readAll(session);
  // Every poll finds a request waiting for evidence, and goes before it.
  while (world.budget.state().tokens >= 1) await world.budget.acquire('fresh');
  const asked = world.asked.length;
  const evidence = session.evidence.step();
  await Promise.all([session.pollFresh(), evidence]);
  const after = world.asked.slice(asked).map(({ pathname }) => pathname.endsWith('/audit_logs'));
  expect(after.slice(0, 1)).toEqual([true]);
  expect(after.filter((isFresh) => !isFresh)).toHaveLength(10);
});

test('memory holds the oldest only, and the rest is read from the topic, also by the next run', async () => {
  const { log } = new InProcess();
  const env = { id: 'e1', name: 'one' };
  const parts = { log, env, logger: silent, patiently: <T>(_: string, __: unknown, work: () => Promise<T>) => work() };
  const list = await EvidenceList.open({ ...parts, mostHeld: 10 });
  const owed = Array.from({ length: 100 }, (_, index) => ({
    env_id: 'e1',
    decision_id: `d${index}`,
    occurred_at: at(nowMs + Math.floor(((index * 37) % 100) / 3) * secondMs),
    record_key: 'k',
    reason: 'denied' as const,
  }));
  for (let from = 0; from < owed.length; from += 7) await list.add(owed.slice(from, from + 7));
  await list.add(list.oldest(3));
  expect(list.owed).toBe(100);
  const other = await EvidenceList.open({ ...parts, env: { id: 'e', name: 'another' }, mostHeld: 10 });
  expect(other.owed).toBe(0);
  const taken: string[] = [];
  let current = list;
  while (current.owed > 0) {
    await current.refill();
    const oldest = current.oldest(3);
    taken.push(...oldest.map(({ occurred_at }) => occurred_at));
    await current.settle(oldest);
    if (taken.length === 51) current = await EvidenceList.open({ ...parts, mostHeld: 10 });
  }
  expect(taken).toEqual(owed.map(({ occurred_at }) => occurred_at).sort());
});
