import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { topics } from '@custody/decision';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { connectLog, deleteKafkaTopics, type Log, logVariables } from '@custody/log';
import { createLogger, systemClock } from '@custody/runtime';
import { CustodyInstance } from '../../kit/custody-instance.ts';
import { type CustodyProcess, startCustody, startScript } from '../../kit/custody-process.ts';
import { putMigratedStore } from '../../kit/migrated-store.ts';
import { temporaryDirectory } from '../../kit/temporary-directory.ts';
import { Member } from './member.ts';

export const decisionsTopic = 'custody.decisions.v1';
const topicNames = Object.values(topics).map(({ name }) => name);
export const usualGroup = 'custody.consumer';
const consumerScript = new URL('./hasty-consumer.ts', import.meta.url).pathname;
const expiryScript = new URL('./hasty-expiry.ts', import.meta.url).pathname;
const sealerScript = new URL('./hasty-sealer.ts', import.meta.url).pathname;

export interface Participation {
  readonly sessionTimeoutMs?: number;
  readonly group?: string;
}

/** A log, a store in a process of its own, and consumers in processes of theirs. */
export class Stage {
  readonly instance: CustodyInstance;
  readonly log: Log;
  readonly members: Member[] = [];
  readonly #storeDirectory: string;
  readonly #dispose: () => void;
  #engine: EmbeddedClickHouse | undefined;

  private constructor(instance: CustodyInstance, log: Log, storeDirectory: string, dispose: () => void) {
    this.instance = instance;
    this.log = log;
    this.#storeDirectory = storeDirectory;
    this.#dispose = dispose;
  }

  /** Without brokers, the log is embedded. */
  static async open(brokers: readonly string[] | null, more: Record<string, string> = {}): Promise<Stage> {
    const directory = temporaryDirectory();
    const kafka = brokers === null ? {} : { KAFKA_BROKERS: brokers.join(',') };
    // With a key it is no demo, which keeps its data elsewhere.
    const variables = { PERMIT_API_KEY: 'not asked for anything', ...kafka, ...more };
    const instance = await CustodyInstance.prepare(join(directory.path, 'data'), variables);
    instance.variables.CLICKHOUSE_URL = instance.storeUrl;
    const log = await connectLog({
      config: logVariables.parse(instance.variables),
      directory: () => join(directory.path, 'data', 'log'),
      logger: createLogger({ service: 'test', level: 'silent' }),
      clock: systemClock,
    });
    const stage = new Stage(instance, log, join(directory.path, 'store'), () => directory[Symbol.dispose]());
    await putMigratedStore(stage.#storeDirectory);
    await stage.startStore();
    const migration = instance.run('migrate');
    const { code } = await migration.exit();
    if (code !== 0) throw new Error(`the store was not migrated: ${migration.output()}`);
    return stage;
  }

  /** A consumer that runs until the end of the stage: `custody consume` itself, unless it is to take part otherwise. */
  addConsumer({ sessionTimeoutMs, group }: Participation = {}): Member {
    const { variables } = this.instance;
    const args = [sessionTimeoutMs ?? 30_000, ...(group === undefined ? [] : [group])].map(String);
    const isUsual = sessionTimeoutMs === undefined && group === undefined;
    return this.#add(() => (isUsual ? this.instance.run('consume') : startScript(consumerScript, args, variables)));
  }

  /** `custody consume` with a way of its own to the store. */
  addConsumerThrough(storeUrl: string): Member {
    return this.#add(() => startCustody(['consume'], { ...this.instance.variables, CLICKHOUSE_URL: storeUrl }));
  }

  /** A sealer that loses its turn when it is silent for so long; with a leader's name, one that takes no turns with others. */
  addSealer(leaderTimeoutMs: number, ...leader: readonly string[]): Member {
    return this.#add(() => startScript(sealerScript, [String(leaderTimeoutMs), ...leader], this.instance.variables));
  }

  /** The HTTP API. */
  addServer(): Member {
    return this.#add(() => this.instance.run('serve'));
  }

  /** Lets all decisions before the beginning of a day expire; killed after so long, if it takes that long. */
  async expire(beforeMs: number, killAfterMs?: number): Promise<void> {
    const expiry = startScript(expiryScript, [String(beforeMs)], this.instance.variables);
    const killed = delay(killAfterMs ?? 0).then(() => killAfterMs !== undefined && expiry.signal('SIGKILL'));
    const { code, signal } = await expiry.exit();
    await killed;
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the expiry failed: ${expiry.output()}`);
  }

  /** Keeps the decisions of an environment in a range, whatever expires. */
  async hold(envId: string, from: string, to: string): Promise<void> {
    const range = ['--env', envId, '--from', from, '--to', to];
    const holding = this.instance.run('retention', 'hold', ...range, '--reason', 'a case');
    const { code } = await holding.exit();
    if (code !== 0) throw new Error(`no hold: ${holding.output()}`);
  }

  /** On the same port and data as before. A killed engine may hold its directory for a moment. */
  async startStore(): Promise<void> {
    const {
      CUSTODY_CLICKHOUSE_PORT: port,
      CLICKHOUSE_USER: name = '',
      CLICKHOUSE_PASSWORD: password = '',
    } = this.instance.variables;
    const users = [{ name, password, access: 'full' }] as const;
    for (let tries = 0; ; tries += 1) {
      try {
        this.#engine = await startEmbeddedClickHouse({ directory: this.#storeDirectory, port: Number(port), users });
        return;
      } catch (error) {
        if (tries > 20) throw error;
        await delay(250);
      }
    }
  }

  /** It keeps its connections and answers nothing. */
  freezeStore(): void {
    if (this.#engine !== undefined) process.kill(this.#engine.pid, 'SIGSTOP');
  }

  async killStore(): Promise<void> {
    if (this.#engine === undefined) return;
    process.kill(this.#engine.pid, 'SIGKILL');
    await this.#engine.exited;
  }

  /** While the store is killed: a copy of all that it holds. */
  copyStore(): void {
    cpSync(this.#storeDirectory, `${this.#storeDirectory}-copy`, { recursive: true });
  }

  /** While the store is killed: the copy is all that it holds. */
  putStoreBack(): void {
    rmSync(this.#storeDirectory, { recursive: true });
    cpSync(`${this.#storeDirectory}-copy`, this.#storeDirectory, { recursive: true });
  }

  /** Records that the group has not committed. */
  async lag(group = usualGroup): Promise<number> {
    const lags = await this.log.lag(group, decisionsTopic);
    return lags.reduce((sum, { committedOffset, endOffset }) => sum + endOffset - committedOffset, 0);
  }

  #add(launch: () => CustodyProcess): Member {
    const member = new Member(launch);
    this.members.push(member);
    member.start();
    return member;
  }

  /** Fails with what a process wrote that ended unasked. */
  assertAllRun(): void {
    for (const { failure } of this.members) if (failure !== undefined) throw new Error(`a process ${failure}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
    await this.log.close();
    // The next stage on these brokers begins with none.
    const { variables } = this.instance;
    if (this.log.engine === 'kafka') await deleteKafkaTopics(logVariables.parse(variables), topicNames);
    await this.#engine?.stop();
    this.#dispose();
  }
}
