import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../kit/eventually.ts';
import { anonymousBytes } from '../../kit/resident-memory.ts';
import { testVariables } from '../../kit/test-variables.ts';
import type { KafkaCluster } from '../../kit/with-kafka.ts';
import { Decisions } from '../kit/decisions.ts';
import type { Member } from '../kit/member.ts';
import { decisionRecord } from '../kit/records.ts';
import { decisionsTopic, Stage, usualGroup } from '../kit/stage.ts';

const mib = 2 ** 20;
const sessionTimeoutMs = 4_000;
/** The store answers nothing for so long, and then it is gone for as long. */
const outageMs = (testVariables.isLong ? 15 : 1.25) * sessionTimeoutMs;
const before = 500;
const backlog = testVariables.isLong ? 100_000 : 20_000;
const entryBytes = 8_000;
/** Far below what waits in the log, and above the batches of a process with what is made of them. */
const mostGrowthBytes = 60 * mib;

/** Two members of the group in each process. */
const assignment = new RegExp(`"group":"${usualGroup}","member":(\\d),"partitions":\\[([\\d,]*)\\]`, 'g');

/** An hour without the store, scaled: many sessions of the consumers, and more decisions than they could keep. */
export function describeStoppedStore(kafka: () => KafkaCluster | null = () => null): void {
  describe('a store that answers nothing, and then is gone', () => {
    let stage: Stage;
    const members: Member[] = [];
    const decisions = new Decisions(before + backlog, 3);

    beforeAll(async () => {
      stage = await Stage.open(kafka()?.bootstrap ?? null, { LOG_LEVEL: 'debug' });
      members.push(stage.addConsumer({ sessionTimeoutMs }), stage.addConsumer({ sessionTimeoutMs }));
    });
    afterAll(() => stage?.close());

    async function append(from: number, to: number, size: number): Promise<void> {
      for (let at = from; at < to; at += 500) {
        const padding = randomBytes(size / 2).toString('hex');
        const numbers = Array.from({ length: Math.min(500, to - at) }, (_, i) => at + i);
        const records = numbers.map((n) => decisionRecord(decisions.at(n), 'listed', { padding }));
        await stage.log.append(decisionsTopic, records);
      }
    }

    async function untilStored(count: number): Promise<void> {
      await eventually(
        () => {
          stage.assertAllRun();
          return stage.instance.storedDecisions();
        },
        (stored) => stored === count,
        { timeoutMs: 120_000 },
      );
    }

    const anonymous = () => members.map(({ pid }) => anonymousBytes(pid));

    /** What each consumer says that it was given, in its order: each loss of partitions is followed by one more. */
    const assignments = () => members.map(({ output }) => [...output.matchAll(assignment)].map(([, , held]) => held));

    /** Whether all partitions are held, each by one consumer: until then they change hands. */
    function areSettled(): boolean {
      const latest = members.flatMap(({ output }) => {
        const held = [...output.matchAll(assignment)].map(([, member, partitions]) => [member, partitions] as const);
        return [...new Map(held).values()];
      });
      const partitions = latest.flatMap((held) => held?.split(',').filter((one) => one !== '') ?? []);
      return latest.length === 4 && partitions.length === 6 && new Set(partitions).size === 6;
    }

    test.runIf(process.platform === 'linux')(
      'costs time only: consumers keep their partitions, hold what they had at hand, and go on by themselves',
      { timeout: 300_000 },
      async () => {
        await eventually(
          () => ({ areSettled: areSettled(), said: assignments() }),
          (seen) => seen.areSettled,
        );
        await append(0, before, 100);
        await untilStored(before);
        const usual = anonymous();
        const assigned = assignments();
        stage.freezeStore();
        const stoppedAtMs = Date.now();
        let isOver = false;
        const peaks = [...usual];
        const watching = (async () => {
          for (; !isOver; await delay(50)) {
            for (const [one, bytes] of anonymous().entries()) peaks[one] = Math.max(peaks[one] ?? 0, bytes);
          }
        })();
        await append(before, before + backlog, entryBytes);
        await delay(Math.max(0, stoppedAtMs + outageMs - Date.now()));
        await stage.killStore();
        await delay(outageMs);
        expect(await stage.lag()).toBeGreaterThanOrEqual(backlog);
        expect(assignments()).toEqual(assigned);
        isOver = true;
        await watching;
        await stage.startStore();
        await untilStored(before + backlog);
        await eventually(
          () => stage.lag(),
          (lag) => lag === 0,
        );
        const growth = peaks.map((bytes, one) => bytes - (usual[one] ?? 0));
        const told = growth.map((bytes) => `${Math.round(bytes / mib)} MiB`).join(' and ');
        process.stderr.write(
          `a store away for ${(2 * outageMs) / 1_000} s, ${Math.round((backlog * entryBytes) / mib)} MiB waiting: ${told} more in memory\n`,
        );
        expect(Math.max(...growth)).toBeLessThan(mostGrowthBytes);
      },
    );
  });
}
