import { type FactKind, factKinds, type GrantRecord, minuteMs, topics } from '@custody/decision';
import type { FaultSettings } from '@custody/permit-simulator';
import { describe, expect, test } from 'vitest';
import type { Session } from '../src/session.ts';
import { entryAt } from './kit/entries.ts';
import { InProcess, nowMs, readAll } from './kit/in-process.ts';

const endpointOf = {
  consent: 'role_assignments',
  ceiling: 'relationship_tuples',
  tool_level: 'resources',
  identity: 'users',
} as const satisfies Record<FactKind, string>;

/** One more than the largest page of each endpoint. */
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const profile = (index: number) => `user_profile:h${index}`;
const facts = {
  users: numbers(101).map((index) => ({ id: `u${index}`, key: `human|h${index}`, first_name: `Human ${index}` })),
  role_assignments: numbers(1_001).map((index) => ({
    ...{ id: `c${index}`, user: `agent|a${index}`, role: 'linear-low', resource_instance: profile(index % 101) },
  })),
  relationship_tuples: numbers(101).map((index) => ({
    ...{ id: `t${index}`, subject: profile(index), relation: 'high', object: 'linear:linear' },
  })),
  resources: numbers(101).map((index): { id: string; key: string } => {
    const roles = { low: { permissions: [`tool${index}`] } };
    return { ...{ roles }, id: `r${index}`, key: `server${index}` };
  }),
};
const sizes: Record<FactKind, number> = { consent: 1_001, ceiling: 101, tool_level: 101, identity: 101 };

type FaultName = '403' | '404' | '500' | 'garbage' | 'empty';

const failures: readonly (readonly [text: string, name: FaultName, fromPage: number])[] = [
  ['refused with 403', '403', 1],
  ['answered with 404', '404', 1],
  ['cut off by a 500 on its second page', '500', 2],
  ['answered with garbage', 'garbage', 1],
];

class World extends InProcess {
  constructor() {
    super({ facts, hasFacts: true, entries: [{ entry: entryAt(1, new Date(nowMs - minuteMs).toISOString()) }] });
  }

  grants(): GrantRecord[] {
    const newest = new Map(this.log.recordsOf(topics.grants.name).map(({ key, value }) => [key, value]));
    const decoder = new TextDecoder();
    return [...newest.values()].map((value) => JSON.parse(decoder.decode(value ?? undefined)) as GrantRecord);
  }

  /** How many facts of a kind hold. */
  held(kind: FactKind): number {
    return this.grants().filter((record) => record.kind === kind && record.first_missing === null).length;
  }

  listedAt(kind: FactKind): string {
    const listing = this.grants().find((record) => record.kind === 'listing' && record.of === kind);
    return listing?.kind === 'listing' ? listing.completed_at : '';
  }

  /** Lines about the facts, not about anything else. */
  saidOf(level: 'info' | 'warn') {
    return this.said.filter((line) => line.level === level && typeof line.kind === 'string').map(({ kind }) => kind);
  }

  async unreadableGauge(): Promise<Record<string, number>> {
    const metric = await this.registry.getSingleMetric('custody_poller_facts_unreadable')?.get();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.kind, value]));
  }

  spoil(kind: FactKind, name: FaultName, fromPage: number): void {
    this.permit.faults.set({ [name]: { endpoints: [endpointOf[kind]], fromPage } } as FaultSettings);
  }

  /** One listing of everything, a minute later; a poll tells the source's time. */
  async listAgain(session: Session): Promise<void> {
    this.nowMs += minuteMs;
    await session.pollFresh();
    await session.facts.refresh();
  }
}

async function begin() {
  const world = new World();
  const session = await world.session();
  world.metrics.setReports(session.reports);
  await session.facts.refresh();
  return { world, session };
}

const health = Object.fromEntries(factKinds.map((kind) => [kind, 0]));

describe.each(factKinds)('a listing of the kind %s', (kind) => {
  const others = factKinds.filter((other) => other !== kind);

  test.each(failures)(
    'that is %s costs only itself, is named and logged once, and so is its return',
    async (_, ...fault) => {
      const { world, session } = await begin();
      const before = world.grants().filter((record) => record.kind === kind);
      const listedBefore = world.listedAt(kind);
      expect(before).toHaveLength(sizes[kind]);
      world.spoil(kind, ...fault);
      for (let minute = 0; minute < 2; minute += 1) await world.listAgain(session);
      expect(world.grants().filter((record) => record.kind === kind)).toEqual(before);
      expect(world.listedAt(kind)).toBe(listedBefore);
      for (const other of others) expect(world.listedAt(other)).toBe(new Date(world.nowMs).toISOString());
      expect(session.journal.current().facts_unreadable).toEqual([kind]);
      expect(await world.unreadableGauge()).toEqual({ ...health, [kind]: 1 });
      expect(world.saidOf('warn')).toEqual([kind]);
      await readAll(session);
      expect(world.lost()).toEqual([]);

      world.permit.faults.clear();
      await world.listAgain(session);
      await world.listAgain(session);
      expect(session.journal.current().facts_unreadable).toEqual([]);
      expect(await world.unreadableGauge()).toEqual(health);
      expect(world.saidOf('info')).toEqual([kind]);
      expect(world.grants().filter((record) => record.kind === kind)).toEqual(before);
      expect(world.listedAt(kind)).toBe(new Date(world.nowMs).toISOString());
    },
  );

  test('that succeeds and is empty means that all were revoked: it is no failure, and ends no other kind', async () => {
    const { world, session } = await begin();
    world.spoil(kind, 'empty', 1);
    await world.listAgain(session);
    expect(world.held(kind)).toBe(0);
    for (const other of others) expect(world.held(other)).toBe(sizes[other]);
    const ended = world.grants().filter((record) => record.kind === kind);
    const interval = { last_seen: new Date(nowMs).toISOString(), first_missing: new Date(world.nowMs).toISOString() };
    expect(ended).toHaveLength(sizes[kind]);
    for (const record of ended) expect(record).toMatchObject(interval);
    expect(session.journal.current().facts_unreadable).toEqual([]);
    expect(await world.unreadableGauge()).toEqual(health);
    expect(world.saidOf('warn')).toEqual([]);
  });
});

test('reasons that take turns are logged once each, until the listing works again', async () => {
  const { world, session } = await begin();
  const turn = async (name: '403' | '404') => {
    world.permit.faults.clear();
    world.spoil('consent', name, 1);
    await world.listAgain(session);
  };
  for (const name of ['403', '404', '403', '404'] as const) await turn(name);
  expect(world.saidOf('warn')).toEqual(['consent', 'consent']);
  world.permit.faults.clear();
  await world.listAgain(session);
  await turn('403');
  expect(world.saidOf('warn')).toHaveLength(3);
});

test('all kinds refused at once are all named, and decisions are read all the same', async () => {
  const { world, session } = await begin();
  world.permit.faults.set({ '403': { endpoints: Object.values(endpointOf) } });
  await world.listAgain(session);
  expect(session.journal.current().facts_unreadable).toEqual(factKinds);
  await readAll(session);
  expect(world.lost()).toEqual([]);
  world.metrics.setReports(null);
  expect(await world.unreadableGauge()).toEqual({});
});
