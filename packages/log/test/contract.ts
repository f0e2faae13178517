import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type {
  Batch,
  BatchContext,
  ConsumeOptions,
  Consumption,
  Log,
  LogRecord,
  NewRecord,
  TopicSpec,
} from '../src/index.ts';
import type { WorkerRole } from './contract-worker.ts';

export interface LogWorker {
  /** What the process has said so far. */
  readonly said: readonly string[];
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A log as the contract needs it. Each test uses names of its own, so it need not be empty. */
export interface LogUnderTest {
  readonly log: Log;
  /** A further client of the same log; closed by `dispose`. */
  open(): Promise<Log>;
  /** A process with a client of its own, killed by `dispose` at the latest. */
  start(role: WorkerRole): LogWorker;
  /** Makes the log forget everything now in this topic, as if its retention had passed. */
  expire(topic: string): Promise<void>;
  dispose(): Promise<void>;
}

const partitions = 4;

/** The shortest that a broker takes as it comes. */
const sessionTimeoutMs = 6_000;

const patient = { timeout: 45_000, interval: 20 };
const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), patient);

const pause = (ms: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));

function text(record: LogRecord): string {
  return record.value === null ? '' : Buffer.from(record.value).toString();
}

function numbered(count: number, keys = 16, from = 0): NewRecord[] {
  return Array.from({ length: count }, (_, n) => ({ key: `key-${n % keys}`, value: Buffer.from(String(from + n)) }));
}

const values = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n)).sort();

/** What every engine behind `Log` has to keep. */
export function describeLogContract(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`the log contract on ${name}`, () => {
    let engine: LogUnderTest;
    let log: Log;
    let consumptions: Consumption[];
    let topic: string;
    let compacted: string;
    let group: string;
    let specs: TopicSpec[];

    beforeEach(async () => {
      engine = await open();
      log = engine.log;
      consumptions = [];
      const run = randomUUID().slice(0, 8);
      topic = `contract.records.${run}`;
      compacted = `contract.latest.${run}`;
      group = `group.${run}`;
      specs = [
        { name: topic, partitions, cleanup: 'delete', retentionMs: 3_600_000, why: 'test' },
        { name: compacted, partitions: 2, cleanup: 'compact', why: 'test' },
      ];
      await log.ensureTopics(specs);
    });
    afterEach(async () => {
      await Promise.all(consumptions.map((one) => one.stop()));
      await engine.dispose();
    });

    function consume(handler: ConsumeOptions['handler'], options: Partial<ConsumeOptions> = {}, client = log) {
      const consumption = client.consume({ group, topics: [topic], handler, sessionTimeoutMs, ...options });
      consumption.done.catch(() => undefined);
      consumptions.push(consumption);
      return consumption;
    }

    async function lagOf(name = group): Promise<number> {
      const lags = await log.lag(name, topic);
      return lags.reduce((sum, { committedOffset, endOffset }) => sum + endOffset - committedOffset, 0);
    }

    const drained = (name = group) => vi.waitFor(async () => expect(await lagOf(name)).toBe(0), patient);

    test('existing topics keep their shape and the differences are reported', async () => {
      const changed: TopicSpec = { name: topic, partitions: 9, cleanup: 'delete', retentionMs: 3_600_000, why: 'test' };
      expect(await log.ensureTopics([changed])).toEqual([
        { topic, property: 'partitions', expected: '9', actual: String(partitions) },
      ]);
      expect(await log.ensureTopics(specs)).toEqual([]);
      expect(await log.lag(group, topic)).toHaveLength(partitions);
    });

    test('a look creates nothing and says what is missing', async () => {
      const missing: TopicSpec = { name: `${topic}.missing`, partitions: 1, cleanup: 'delete', why: 'test' };
      const absent = { topic: missing.name, property: 'existence', expected: 'present', actual: 'absent' };
      expect(await log.ensureTopics([...specs, missing], { create: false })).toEqual([absent]);
      await expect(log.append(missing.name, numbered(1))).rejects.toMatchObject({ code: 'LOG_UNKNOWN_TOPIC' });
    });

    test('an unknown topic is an error to append to and to consume', async () => {
      await expect(log.append('nowhere', numbered(1))).rejects.toMatchObject({ code: 'LOG_UNKNOWN_TOPIC' });
      const consumption = consume(async () => undefined, { topics: ['nowhere'] });
      await expect(consumption.done).rejects.toMatchObject({ code: 'LOG_UNKNOWN_TOPIC' });
    });

    test('every record arrives once, in the order of its key, within one partition', async () => {
      const records: LogRecord[] = [];
      for (let n = 0; n < 10; n += 1) await log.append(topic, numbered(200, 16, n * 200));
      consume(async (batch) => void records.push(...batch.records), { maxRecords: 70 });
      await drained();
      expect(records.map(text).sort()).toEqual(values(0, 2_000));
      for (const key of new Set(records.map((record) => record.key))) {
        const own = records.filter((record) => record.key === key);
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
        expect(own.map((record) => Number(text(record)))).toEqual(
          own.map((r) => Number(text(r))).sort((a, b) => a - b),
        );
      }
    });

    test('headers, null values, empty values, long keys and large records come back as they were', async () => {
      const large = Buffer.alloc(5_000_000, 'x');
      const key = 'é'.repeat(600);
      await log.append(topic, [
        { key, value: null, headers: { fault: 'ünreadable', hour: '7' } },
        { key, value: Buffer.alloc(0) },
        { key, value: large },
      ]);
      const records: LogRecord[] = [];
      consume(async (batch) => void records.push(...batch.records));
      await drained();
      expect(records.map((record) => record.key)).toEqual([key, key, key]);
      expect(records.map(({ value }) => value?.length ?? null)).toEqual([null, 0, large.length]);
      expect(records[0]?.headers).toEqual({ fault: 'ünreadable', hour: '7' });
      expect(records[1]?.headers).toEqual({});
      expect(large.equals(records[2]?.value ?? Buffer.alloc(0))).toBe(true);
      expect(records[0]?.appendedAtMs).toBeGreaterThan(0);
    });

    test('a batch is committed after its handler and not before', async () => {
      await log.append(topic, numbered(10, 1));
      const gate = Promise.withResolvers<void>();
      let handling = 0;
      consume(async () => {
        handling += 1;
        await gate.promise;
      });
      await until(() => handling === 1);
      expect(await lagOf()).toBe(10);
      gate.resolve();
      await drained();
      expect(handling).toBe(1);
    });

    test('a failing handler ends the consumption without a commit, and the batch comes again', async () => {
      await log.append(topic, numbered(10, 1));
      const failing = consume(async () => {
        throw new Error('no');
      });
      await expect(failing.done).rejects.toThrow('no');
      await failing.stop();
      expect(await lagOf()).toBe(10);
      const again: string[] = [];
      consume(async (batch) => void again.push(...batch.records.map(text)));
      await drained();
      expect(again).toEqual(values(0, 10));
    });

    test('a batch of a process killed in its handler comes again to another', async () => {
      await log.append(topic, numbered(300));
      const worker = engine.start({ role: 'stall', group, topic, sessionTimeoutMs });
      await until(() => worker.said.includes('handling'));
      await worker.kill();
      const seen = new Set<string>();
      consume(async (batch) => {
        for (const record of batch.records) seen.add(text(record));
      });
      await drained();
      expect([...seen].sort()).toEqual(values(0, 300));
    });

    test('members share the partitions, each with one owner, and nothing is left out', async () => {
      const busy = new Set<number>();
      const overlaps: number[] = [];
      const seen = new Set<string>();
      const owned: (readonly number[])[] = [[], [], []];
      const handler = async ({ partition, records }: Batch) => {
        if (busy.has(partition)) overlaps.push(partition);
        busy.add(partition);
        await new Promise((resolve) => setImmediate(resolve));
        for (const record of records) seen.add(text(record));
        busy.delete(partition);
      };
      for (const index of [0, 1, 2]) {
        const client = index === 0 ? log : await engine.open();
        const onAssigned: ConsumeOptions['onAssigned'] = (assignment) => {
          owned[index] = assignment[topic] ?? [];
        };
        consume(handler, { maxRecords: 20, onAssigned }, client);
        await log.append(topic, numbered(500, 16, index * 500));
      }
      await until(() => owned.every((own) => own.length > 0) && owned.flat().length === partitions);
      expect(owned.flat().sort()).toEqual([0, 1, 2, 3]);
      await log.append(topic, numbered(500, 16, 1_500));
      await drained();
      expect(overlaps).toEqual([]);
      expect([...seen].sort()).toEqual(values(0, 2_000));
      await consumptions[1]?.stop();
      await until(() => new Set([...(owned[0] ?? []), ...(owned[2] ?? [])]).size === partitions);
    });

    test('a handler that works past the session time-out with heartbeats keeps its partition', async () => {
      await log.append(topic, numbered(5, 1));
      let calls = 0;
      let aborted = false;
      consume(async (_, context) => {
        calls += 1;
        const endMs = Date.now() + sessionTimeoutMs * 1.3;
        while (Date.now() < endMs) {
          await new Promise((resolve) => setTimeout(resolve, sessionTimeoutMs / 10));
          await context.heartbeat();
        }
        aborted = context.signal.aborted;
      });
      await drained();
      expect({ calls, aborted }).toEqual({ calls: 1, aborted: false });
    });

    test('a handler silent for the session time-out loses its partition and cannot commit', async () => {
      await log.append(topic, numbered(5, 1));
      const contexts: BatchContext[] = [];
      const handled: string[] = [];
      consume(async (batch, context) => {
        contexts.push(context);
        if (contexts.length > 1) return void handled.push(...batch.records.map(text));
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      });
      await until(() => contexts[0]?.signal.aborted);
      await expect(contexts[0]?.heartbeat()).rejects.toBeDefined();
      await drained();
      expect(handled).toEqual(values(0, 5));
    });

    test('a committed offset below the start of the log is reported, and reading goes on at the start', async () => {
      await log.append(topic, numbered(10, 1));
      const first = consume(async () => undefined);
      await drained();
      await first.stop();
      await log.append(topic, numbered(10, 1, 10));
      await engine.expire(topic);
      await log.append(topic, numbered(10, 1, 20));
      expect(await log.lag(group, topic)).toContainEqual(
        expect.objectContaining({ committedOffset: 10, firstOffset: 20, endOffset: 30 }),
      );
      const gaps: object[] = [];
      const seen: string[] = [];
      consume(async (batch) => void seen.push(...batch.records.map(text)), { onDataGap: (gap) => gaps.push(gap) });
      await drained();
      expect(seen).toEqual(values(20, 30));
      expect(gaps).toMatchObject([{ topic, committedOffset: 10, firstOffset: 20 }]);
    });

    test('paused means no batch, resumed means all of them', async () => {
      let handled = 0;
      const consumption = consume(async (batch) => {
        handled += batch.records.length;
      });
      await log.append(topic, numbered(1));
      await drained();
      consumption.pause();
      await log.append(topic, numbered(50));
      let other = 0;
      consume(
        async (batch) => {
          other += batch.records.length;
        },
        { group: `${group}.other` },
      );
      await drained(`${group}.other`);
      expect({ handled, other }).toEqual({ handled: 1, other: 51 });
      consumption.resume();
      await drained();
      expect(handled).toBe(51);
    });

    test('stop lets the running handler end and keeps its commit', async () => {
      await log.append(topic, numbered(10, 1));
      const gate = Promise.withResolvers<void>();
      let handling = false;
      const consumption = consume(
        async () => {
          handling = true;
          await gate.promise;
        },
        { stopGraceMs: 30_000 },
      );
      await until(() => handling);
      const stopped = consumption.stop();
      gate.resolve();
      await stopped;
      await consumption.done;
      expect(await lagOf()).toBe(0);
    });

    test('a member that joins while another works can stop without waiting for it', async () => {
      await log.append(topic, numbered(10, 1));
      const gate = Promise.withResolvers<void>();
      let isHandling = false;
      consume(async (_, { heartbeat }) => {
        isHandling = true;
        while (!(await Promise.race([gate.promise.then(() => true), pause(500)]))) await heartbeat();
      });
      await until(() => isHandling);
      const joining = consume(async () => undefined, {}, await engine.open());
      await pause(500);
      await joining.stop();
      await joining.done;
      gate.resolve();
      await drained();
    });

    test('stop aborts a handler that outlives the grace, and its batch is not committed', async () => {
      await log.append(topic, numbered(10, 1));
      let handling = false;
      const consumption = consume(
        async (_, { signal }) => {
          handling = true;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
        { stopGraceMs: 50 },
      );
      await until(() => handling);
      await consumption.stop();
      await consumption.done;
      expect(await lagOf()).toBe(10);
    });

    test('latest holds the newest value of each key, and following from it misses nothing', async () => {
      const at = (key: string, value: string | null) => ({ key, value: value === null ? null : Buffer.from(value) });
      await log.append(compacted, [at('a', '1'), at('b', '1'), at('c', '1')]);
      await log.append(compacted, [at('a', '2'), at('b', null)]);
      const snapshot = await log.latest(compacted);
      expect([...snapshot.records].map(([key, record]) => [key, text(record)]).sort()).toEqual([
        ['a', '2'],
        ['c', '1'],
      ]);
      expect(snapshot.position).toHaveLength(2);
      const seen: [string, string | null][] = [];
      const follower = log.follow({
        topic: compacted,
        from: snapshot.position,
        onRecords: (records) =>
          void seen.push(...records.map((r) => [r.key, r.value && text(r)] as [string, string | null])),
      });
      await follower.caughtUp;
      expect(seen).toEqual([]);
      await log.append(compacted, [at('a', '3'), at('c', null)]);
      await until(() => seen.length === 2);
      expect(seen.sort()).toEqual([
        ['a', '3'],
        ['c', null],
      ]);
      await follower.stop();
      await follower.done;
    });

    test('a follower has seen everything when it says so, and its failure ends it', async () => {
      await log.append(topic, numbered(500));
      let count = 0;
      const follower = log.follow({
        topic,
        onRecords: (records) => {
          count += records.length;
        },
      });
      await follower.caughtUp;
      expect(count).toBe(500);
      await follower.stop();
      const failing = log.follow({ topic, onRecords: () => Promise.reject(new Error('no')) });
      await expect(failing.caughtUp).rejects.toThrow('no');
      await expect(failing.done).rejects.toThrow('no');
    });

    test('one leads at a time; another takes over when the process of the leader is killed', async () => {
      const worker = engine.start({ role: 'lead', name: group });
      await until(() => worker.said.includes('leading'));
      const ending = new AbortController();
      let leading = 0;
      let most = 0;
      const task = async (signal: AbortSignal) => {
        leading += 1;
        most = Math.max(most, leading);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        leading -= 1;
      };
      const clients = [log, await engine.open()];
      const leads = clients.map((client) => client.lead(group, task, ending.signal));
      await log.append(topic, numbered(1));
      consume(async () => undefined, { group: `${group}.unrelated` });
      await drained(`${group}.unrelated`);
      expect(leading).toBe(0);
      await worker.kill();
      await until(() => leading === 1);
      ending.abort();
      await Promise.all(leads);
      expect({ leading, most }).toEqual({ leading: 0, most: 1 });
    });

    test('what the leader throws ends its leadership', async () => {
      const task = () => Promise.reject(new Error('no'));
      await expect(log.lead(group, task, new AbortController().signal)).rejects.toThrow('no');
    });

    test('close ends consumptions, followers and leaders', async () => {
      const client = await engine.open();
      const consumption = client.consume({ group, topics: [topic], handler: async () => undefined });
      const follower = client.follow({ topic, onRecords: () => undefined });
      const untilAborted = (signal: AbortSignal) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      const lead = client.lead(group, untilAborted, new AbortController().signal);
      await follower.caughtUp;
      await client.close();
      await Promise.all([consumption.done, follower.done, lead]);
      await expect(client.append(topic, numbered(1))).rejects.toMatchObject({ code: 'LOG_CLOSED' });
    });
  });
}
