import { randomUUID } from 'node:crypto';
import { type AlertTransition, type DeliveryRecord, type TickRecord, topics } from '@custody/decision';
import { type Log, openKafkaLog } from '@custody/log';
import { describe, expect, test, vi } from 'vitest';
import { Journal } from '../../../services/alerter/src/journal/journal.ts';
import { runCommand } from '../../../services/up/test/documented-commands.ts';
import type { KafkaCluster } from '../../kit/with-kafka.ts';
import { alerterOn, World } from './alerter-on.ts';

const patient = { timeout: 60_000, interval: 20 };
const never = new AbortController().signal;

/** Somebody who reads the alerts topic from its beginning on. */
async function witnessOf(log: Log) {
  const ticks: TickRecord[] = [];
  const deliveries: DeliveryRecord[] = [];
  const journal = await Journal.open(
    {
      log,
      onNews: (news) => {
        if (news.kind === 'accepted') ticks.push(news.tick);
        if (news.kind === 'delivery') deliveries.push(news.record);
      },
    },
    never,
  );
  const steps = () => ticks.flatMap(({ transitions }) => transitions.map(({ transition }) => transition));
  return { journal, ticks, deliveries, steps };
}

/** An alerter that runs until it is stopped. */
function running(log: Log, world: World, name: string) {
  const stopping = new AbortController();
  const run = alerterOn(log, world, name).run(stopping.signal);
  run.catch(() => undefined);
  return async () => {
    stopping.abort();
    await run;
  };
}

export function describeAlerters(kafka: () => KafkaCluster): void {
  describe('two alerters', () => {
    test('take turns, and nothing is ever told under two names, by whoever takes itself for the leader', {
      timeout: 180_000,
    }, async () => {
      const open = () => openKafkaLog({ brokers: kafka().bootstrap, leaderTimeoutMs: 6_000 });
      const logs = [open(), open(), open()] as const;
      const world = new World();
      await logs[0].ensureTopics([topics.alerts]);
      const witness = await witnessOf(logs[2]);
      const outdated = await Journal.open({ log: logs[2], onNews: () => undefined }, never);
      const stopFirst = running(logs[0], world, 'first');
      await vi.waitFor(() => expect(witness.steps().length).toBeGreaterThan(2), patient);
      const stopSecond = running(logs[1], world, 'second');
      const known = witness.steps().length;
      await vi.waitFor(() => expect(witness.steps().length).toBeGreaterThan(known + 1), patient);
      expect(new Set(world.looked)).toEqual(new Set(['first']));
      // What somebody would go on from who has not heard that another leads.
      const base = witness.journal.head;
      await stopFirst();
      const before = world.looked.length;
      await vi.waitFor(() => expect(witness.steps().length).toBeGreaterThan(known + 4), patient);
      expect(new Set(world.looked.slice(before))).toEqual(new Set(['second']));
      const last = witness.steps().at(-1) as AlertTransition;
      const forged = { ...last, transitionId: randomUUID() };
      const outcome = { tickMs: last.atMs, decidedAtMs: last.atMs, looks: [], kept: [], state: {} };
      const transitions = [{ transition: forged, lookId: null }];
      expect(await outdated.propose(base, { ...outcome, transitions }, never)).toBe(false);
      // All that counts is told, by the one that led when it came to count or by the one after it.
      const idsSent = () => new Set(world.sent.map(({ transition }) => transition.transitionId));
      await vi.waitFor(() => {
        for (const { transitionId } of witness.steps()) expect(idsSent()).toContain(transitionId);
      }, patient);
      await stopSecond();
      const named = new Map<string, Set<string>>();
      for (const { alertId, sequence, transitionId } of [
        ...witness.steps(),
        ...world.sent.map((it) => it.transition),
      ]) {
        const step = `${alertId} ${sequence}`;
        named.set(step, (named.get(step) ?? new Set()).add(transitionId));
      }
      for (const ids of named.values()) expect(ids.size).toBe(1);
      expect(idsSent()).not.toContain(forged.transitionId);
      const generations = witness.ticks.map(({ generation }) => generation);
      expect(generations).toEqual(generations.map((_, n) => (generations[0] ?? 0) + n));

      // Whoever comes later finds the same, and what no channel took.
      const variables = { KAFKA_BROKERS: kafka().bootstrap.join(','), PERMIT_API_KEY: 'x' };
      const { printed } = await runCommand('alerts deliveries list --json', variables);
      const dead = witness.deliveries.filter((record) => record.outcome === 'dead');
      expect(dead.length).toBeGreaterThan(0);
      expect(JSON.parse(printed)).toMatchObject(dead.map(({ transitionId }) => ({ id: transitionId, status: 403 })));
      await witness.journal.close();
      await outdated.close();
      await Promise.all(logs.map((log) => log.close()));
    });
  });
}
