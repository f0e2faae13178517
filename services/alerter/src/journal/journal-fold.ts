import {
  type DeliveryRecord,
  deliveredTransitionOf,
  deliveryRecord,
  parseJson,
  type TickRecord,
  tickIdOf,
  tickKey,
} from '@custody/decision';
import type { LogRecord } from '@custody/log';
import { CustodyError } from '@custody/runtime';
import { alerterErrors } from '../errors.ts';
import { decodeTick } from './tick-codec.ts';

/** What a record of the topic means to whoever follows it. */
export type JournalNews =
  | { readonly kind: 'accepted'; readonly tick: TickRecord }
  | { readonly kind: 'ignored'; readonly id: string }
  | { readonly kind: 'delivery'; readonly record: DeliveryRecord };

function lostBase({ id, base }: TickRecord): CustodyError {
  const what = `The record ${base} of the alerts topic, which ${id} builds on, is not there`;
  return new CustodyError(alerterErrors.ALERTER_JOURNAL_UNREADABLE, what, { fields: { id, base } });
}

/**
 * Which ticks count, by the order of the topic alone: one that builds on the last that counted. Whoever reads it from
 * wherever compaction has left a beginning comes to the same answer:
 *
 * - Each record has a key of its own, so that nothing replaces one that counts.
 * - That a base counts is a fact, whoever states it. So the newest base that any record states does, and what comes after it
 *   is judged by the rule.
 * - Only what is older than a base that was stated before is ever deleted, and not even that while `kept` names it. So the
 *   newest stated base and everything after it is there.
 */
export class JournalFold {
  /** Records in the topic, in its order, whether they count or not. */
  readonly #ticks = new Map<string, TickRecord>();
  readonly #deliveries = new Map<string, DeliveryRecord>();
  #accepted = new Set<string>();
  #head: TickRecord | null = null;
  #isSettled = false;

  /** The last one that counts. */
  get head(): TickRecord | null {
    return this.#head;
  }

  /** Those that count and are still there, in their order. */
  accepted(): TickRecord[] {
    return [...this.#ticks.values()].filter(({ id }) => this.#accepted.has(id));
  }

  /** What became of deliveries, the newest of each. */
  deliveries(): DeliveryRecord[] {
    return [...this.#deliveries.values()];
  }

  /** Takes a record, in the topic's order. Before `settle` nothing is told of it. Throws `ALERTER_JOURNAL_UNREADABLE`. */
  take({ key, value }: Pick<LogRecord, 'key' | 'value'>): JournalNews | null {
    const id = tickIdOf(key);
    if (id === null) return this.#takeDelivery(key, value);
    if (value === null) {
      this.#ticks.delete(id);
      this.#accepted.delete(id);
      return null;
    }
    const tick = decodeTick(key, value);
    // A client that was not answered may have sent it twice: it is the same record, at its first place.
    if (this.#ticks.has(id)) return null;
    this.#ticks.set(id, tick);
    return this.#isSettled ? this.#judge(tick) : null;
  }

  /** To be called once, when everything was taken that stood in the topic. Throws `ALERTER_JOURNAL_UNREADABLE`. */
  settle(): void {
    const ticks = [...this.#ticks.values()];
    const stated = ticks.reduce<TickRecord | null>(
      (newest, tick) => (newest === null || tick.generation > newest.generation ? tick : newest),
      null,
    );
    this.#isSettled = true;
    const base = this.#ticks.get(stated?.base ?? '');
    if (base === undefined && stated !== null && stated.base !== '') throw lostBase(stated);
    if (base !== undefined) this.#accept(base);
    for (const tick of ticks) if (base === undefined || tick.generation > base.generation) this.#judge(tick);
    for (const id of this.#head?.kept ?? []) if (this.#ticks.has(id)) this.#accepted.add(id);
  }

  /** Keys that nobody needs any more, now that the head counts. */
  deletable(): string[] {
    const head = this.#head;
    if (head === null) return [];
    const kept = new Set(head.kept);
    const isOld = ({ id, generation }: TickRecord) => generation < head.generation - 1 && !kept.has(id);
    const ticks = [...this.#ticks.values()].filter(isOld);
    const old = new Set(ticks.map(({ id }) => id));
    const needed = new Set(
      this.accepted().flatMap(({ id, transitions }) =>
        old.has(id) ? [] : transitions.map(({ transition }) => transition.transitionId),
      ),
    );
    const deliveries = [...this.#deliveries].filter(([, { transitionId }]) => !needed.has(transitionId));
    return [...ticks.map(({ id }) => tickKey(id)), ...deliveries.map(([key]) => key)];
  }

  #judge(tick: TickRecord): JournalNews {
    const isNext = tick.base === (this.#head?.id ?? '');
    if (!isNext) return { kind: 'ignored', id: tick.id };
    this.#accept(tick);
    return { kind: 'accepted', tick };
  }

  #accept(tick: TickRecord): void {
    this.#head = tick;
    this.#accepted.add(tick.id);
  }

  #takeDelivery(key: string, value: Uint8Array | null): JournalNews | null {
    if (deliveredTransitionOf(key) === null) return null;
    this.#deliveries.delete(key);
    const parsed = deliveryRecord.safeParse(parseJson(value));
    if (!parsed.success) return null;
    this.#deliveries.set(key, parsed.data);
    return { kind: 'delivery', record: parsed.data };
  }
}
