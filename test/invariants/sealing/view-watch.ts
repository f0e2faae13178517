import { setTimeout as delay } from 'node:timers/promises';
import type { CustodyInstance } from '../../kit/custody-instance.ts';

interface Counts {
  readonly env_id: string;
  readonly stored: number;
  readonly ids: number;
  readonly hourly: number;
  readonly daily: number;
}

const everyMs = 2_000;
const none = (column: string) => `toUInt64(0) AS ${column}`;
const sql = `SELECT env_id, toUInt32(sum(stored)) AS stored, toUInt32(sum(ids)) AS ids, toUInt32(sum(hourly)) AS hourly,
  toUInt32(sum(daily)) AS daily
FROM (
  SELECT env_id, count() AS stored, uniqExact(decision_id) AS ids, ${none('hourly')}, ${none('daily')} FROM custody.decisions GROUP BY env_id
  UNION ALL SELECT env_id, ${none('stored')}, ${none('ids')}, sum(decisions) AS hourly, ${none('daily')} FROM custody.decisions_hourly GROUP BY env_id
  UNION ALL SELECT env_id, ${none('stored')}, ${none('ids')}, ${none('hourly')}, sum(decisions) AS daily FROM custody.decisions_daily GROUP BY env_id
) GROUP BY env_id`;

/**
 * Reads rows, hours, days and an answer of the API over and over, whatever is being killed: none may ever say more than was
 * served, or less than some answer showed before that. Where all that was served is stored, that is: exactly it.
 */
export class ViewWatch {
  /** Reads that were answered. */
  reads = 0;
  /** Reads while the store or the API was away. */
  refused = 0;
  readonly #instance: CustodyInstance;
  readonly #served: (envId: string) => number;
  readonly #rows = new Map<string, number>();
  readonly #sums = new Map<string, number>();
  #watching: Promise<void> = Promise.resolve();
  #isStopped = true;
  #areRowsKept = true;
  #failure: Error | undefined;

  constructor(instance: CustodyInstance, served: (envId: string) => number) {
    this.#instance = instance;
    this.#served = served;
  }

  start(): void {
    this.#isStopped = false;
    this.#watching = this.#watch();
  }

  /** Throws what was read wrong. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#watching;
  }

  /** While it is stopped: what was seen says nothing about what follows. */
  forget(): void {
    this.#rows.clear();
    this.#sums.clear();
  }

  /** While it is stopped: sums may have more than rows from now on. */
  rowsExpire(): void {
    this.#areRowsKept = false;
    this.#rows.clear();
  }

  async #watch(): Promise<void> {
    for (let turn = 0; !this.#isStopped && this.#failure === undefined; turn += 1) {
      try {
        if (turn % 2 === 0) await this.#readViews();
        else await this.#readAnswer();
        this.reads += 1;
      } catch (error) {
        // A connection that is not there, or breaks off; whatever is answered in words is a failure.
        if (error instanceof TypeError) this.refused += 1;
        else this.#failure = error instanceof Error ? error : new Error('a read failed', { cause: error });
      }
      await delay(everyMs);
    }
  }

  async #readViews(): Promise<void> {
    for (const { env_id, stored, ids, hourly, daily } of await this.#instance.rows<Counts>(sql)) {
      if (stored !== ids) throw new Error(`${env_id} has ${stored} rows of ${ids} decisions`);
      this.#judge(env_id, { stored }, this.#rows, this.#areRowsKept ? stored : 0);
      const least = this.#areRowsKept ? Math.max(stored, Math.min(hourly, daily)) : Math.min(hourly, daily);
      this.#judge(env_id, { hourly, daily }, this.#sums, least);
    }
  }

  async #readAnswer(): Promise<void> {
    const { status, body } = await this.#instance.ask(
      '/v1/aggregate?from=2020-01-01T00:00:00Z&measures=decisions&group_by=env',
    );
    // Without its store it says so, and why.
    if (status === 503) {
      this.refused += 1;
      return;
    }
    if (status !== 200) throw new Error(`an answer was ${status}: ${JSON.stringify(body)}`);
    for (const { env, decisions } of (body as { data: { env: string; decisions: number }[] }).data) {
      this.#judge(env, { answered: decisions }, this.#sums, decisions);
    }
  }

  #judge(envId: string, seen: Record<string, number>, known: Map<string, number>, least: number): void {
    const before = known.get(envId) ?? 0;
    const served = this.#served(envId);
    if (Object.values(seen).some((count) => count < before || count > served)) {
      throw new Error(`a count of ${envId} was wrong: ${JSON.stringify({ ...seen, before, served })}`);
    }
    known.set(envId, Math.max(before, least));
  }
}
