import { type AlertTransition, minuteMs, OwedDeliveries, secondMs, type TickRecord, topics } from '@custody/decision';
import { parseRules } from '@custody/detect';
import { type Log, openLmdbLog } from '@custody/log';
import { createLogger } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import { expect, vi } from 'vitest';
import { ManualClock } from '../../../../test/kit/manual-clock.ts';
import { Alerter } from '../../src/alerter.ts';
import { createDeliveryMetrics } from '../../src/delivery/delivery-metrics.ts';
import { Outbox } from '../../src/delivery/outbox.ts';
import { sendOverHttp } from '../../src/delivery/send-over-http.ts';
import { Journal } from '../../src/journal/journal.ts';
import { createAlerterMetrics } from '../../src/metrics.ts';
import { alerterPatience } from '../../src/patience.ts';
import { clickhouseTickStore } from '../../src/tick/clickhouse-tick-store.ts';
import { clickhouseOrders } from '../../src/tick/read-orders.ts';
import { Tick } from '../../src/tick/tick.ts';
import { webhookChannel } from '../kit/channels.ts';

/** How long after the moment that is judged the alerter looks, by default. */
export const watchMs = 8 * secondMs;

/** Counts of denials are watched in one environment only: elsewhere they would be part of what the others are about. */
const { rules, faults } = parseRules(
  [
    { name: 'unusual-denials', detectors: ['spike'], budget: 0.9, scope: { env: 'explained' } },
    {
      ...{ name: 'suspicious-agents', detectors: ['sweep', 'privileged_after_denials', 'dormant_agent'], budget: 0.05 },
      alert: { resolve_after: '10m' },
    },
  ],
  'file',
);

const logger = createLogger({ service: 'test', level: 'silent' });
const never = new AbortController().signal;

/** An alerter as the service composes it, with a hand on its time, and somebody who reads its topic beside it. */
export class Watched {
  readonly #log: Log;
  readonly #witness: Journal;
  readonly #owed: OwedDeliveries;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #clock: ManualClock;
  #onTick: (atMs: number) => Promise<void> = async () => undefined;
  /** Every outcome that counts, in the topic's order. */
  readonly ticks: readonly TickRecord[];

  private constructor(log: Log, client: StoreClient, startMs: number, url: string, followed: Followed) {
    const clock = new ManualClock(startMs + watchMs);
    const store = clickhouseTickStore(client);
    const metrics = createAlerterMetrics();
    const channel = webhookChannel(url);
    const tick = new Tick({
      ...{ store, orders: clickhouseOrders(client, logger), clock, fileRules: () => rules, isDemo: false },
      ...{ channelNames: () => [channel.name], publicUrl: 'https://custody.test' },
    });
    let outbox: Outbox | null = null;
    const deliveryMetrics = createDeliveryMetrics(metrics.registry, clock, () => outbox?.health() ?? []);
    const alerter = new Alerter({
      ...{ log, tick, recordStore: store, patiently: alerterPatience(logger, metrics), clock, logger, metrics },
      outbox: (record) => {
        const parts = { channels: () => [channel], send: sendOverHttp(), record, clock, logger };
        outbox = new Outbox({ ...parts, metrics: deliveryMetrics, random: () => 1 });
        return outbox;
      },
      schedule: {
        start: (onTick) => {
          this.#onTick = onTick;
          return () => undefined;
        },
      },
    });
    this.#log = log;
    this.#clock = clock;
    this.#witness = followed.journal;
    this.#owed = followed.owed;
    this.ticks = followed.ticks;
    this.#running = alerter.run(this.#stopping.signal);
  }

  /** `url`: of the one channel that is told. */
  static async begin(directory: string, client: StoreClient, startMs: number, url: string): Promise<Watched> {
    expect(faults).toEqual([]);
    const log = await openLmdbLog({ directory });
    await log.ensureTopics(Object.values(topics));
    return new Watched(log, client, startMs, url, await follow(log));
  }

  steps(): AlertTransition[] {
    return this.ticks.flatMap(({ transitions }) => transitions.map(({ transition }) => transition));
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  /** Moves the clock to when a moment is due to be judged. */
  async passTo(atMs: number): Promise<void> {
    await this.#clock.advance(atMs + watchMs - this.#clock.now());
  }

  /** Judges the moment; resolves once that counts, and all that is owed has arrived. */
  async look(atMs: number): Promise<void> {
    const isJudged = async () => {
      await this.#onTick(atMs);
      expect(this.#witness.head?.tickMs).toBe(atMs);
    };
    await vi.waitFor(isJudged, { timeout: minuteMs, interval: 10 });
    await vi.waitFor(() => expect(this.#owed.owed()).toEqual([]), { timeout: minuteMs, interval: 10 });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#witness.close();
    await this.#log.close();
  }
}

interface Followed {
  readonly journal: Journal;
  readonly owed: OwedDeliveries;
  readonly ticks: TickRecord[];
}

async function follow(log: Log): Promise<Followed> {
  const owed = new OwedDeliveries();
  const ticks: TickRecord[] = [];
  const take = (tick: TickRecord) => {
    ticks.push(tick);
    for (const { transition } of tick.transitions) owed.accept(transition);
  };
  const journal = await Journal.open(
    {
      log,
      onNews: (news) => {
        if (news.kind === 'accepted') take(news.tick);
        if (news.kind === 'delivery') owed.note(news.record);
      },
    },
    never,
  );
  return { journal, owed, ticks };
}
