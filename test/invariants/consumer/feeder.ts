import type { Log } from '@custody/log';
import { SeededRandom } from '../../kit/seeded-random.ts';
import { appendSurely } from '../kit/append-surely.ts';
import { type Decisions, hasDetail } from '../kit/decisions.ts';
import { decisionRecord, earlyGrants, type Form, garbageRecord, lateGrants, type MadeRecord } from '../kit/records.ts';

const decisionsTopic = 'custody.decisions.v1';
const grantsTopic = 'custody.grants.v1';
/** Of what a slice appends. */
const repeatedShare = 0.2;
const garbagePerSlice = 5;
/** Of everything, appended once more at the end: long after any memory of recent ids. */
const oldestShare = 0.02;

export interface Fed {
  duplicates: number;
  details: number;
  lateGrants: number;
  /** Appends whose outcome was not known, and that were made again. */
  uncertainAppends: number;
}

/** Appends decisions and grants as pollers do, slice by slice; what stands in the log is a function of the seed. */
export class Feeder {
  readonly fed: Fed = { duplicates: 0, details: 0, lateGrants: 0, uncertainAppends: 0 };
  /** Records that must become dead letters, by key. */
  readonly garbage = new Map<string, MadeRecord>();
  readonly #log: Log;
  readonly #decisions: Decisions;
  readonly #slices: number;
  readonly #seed: number;
  #served = 0;

  constructor(log: Log, decisions: Decisions, { slices, seed }: { readonly slices: number; readonly seed: number }) {
    this.#log = log;
    this.#decisions = decisions;
    this.#slices = slices;
    this.#seed = seed;
  }

  /** How many decisions may be in the log. */
  get served(): number {
    return this.#served;
  }

  /** How many are served by the end of a slice. */
  servedBy(slice: number): number {
    return Math.min(this.#decisions.count, Math.ceil(((slice + 1) * this.#decisions.count) / this.#slices));
  }

  async begin(): Promise<void> {
    await this.#append(grantsTopic, earlyGrants(this.#decisions.world));
  }

  /** Appends a slice: what is new in it, what comes again, details, garbage, and the late grants that are due. */
  async appendSlice(slice: number): Promise<void> {
    const random = new SeededRandom(this.#seed * 1_000 + slice);
    const from = slice === 0 ? 0 : this.servedBy(slice - 1);
    const to = this.servedBy(slice);
    const records = this.#recordsOf(from, to, random);
    if (slice === this.#slices - 1) records.push(...this.#oldest());
    for (let i = 0; i < garbagePerSlice; i += 1) {
      const garbage = garbageRecord(this.garbage.size, this.#decisions.at(0));
      this.garbage.set(garbage.key, garbage);
      records.splice(random.below(records.length + 1), 0, garbage);
    }
    this.#served = to;
    const chunk = 100 + random.below(400);
    for (let at = 0; at < records.length; at += chunk) {
      await this.#append(decisionsTopic, records.slice(at, at + chunk));
    }
    await this.#appendLateGrants(slice);
  }

  #recordsOf(from: number, to: number, random: SeededRandom): MadeRecord[] {
    const records: MadeRecord[] = [];
    const add = (n: number, form: Form) => records.push(decisionRecord(this.#decisions.at(n), form));
    for (let n = from; n < to; n += 1) {
      const isDetailFirst = random.next() < 0.5;
      if (hasDetail(n) && isDetailFirst) add(n, 'detailed');
      add(n, 'listed');
      if (hasDetail(n) && !isDetailFirst) add(n, 'detailed');
      if (hasDetail(n)) this.fed.details += 1;
      if (random.next() >= repeatedShare) continue;
      // Of this window and of earlier ones, up to four times.
      const earlier = random.below(n + 1);
      for (let times = random.below(4); times >= 0; times -= 1) {
        add(times % 2 === 0 ? n : earlier, random.next() < 0.5 ? 'again' : 'listed');
        this.fed.duplicates += 1;
      }
    }
    return records;
  }

  #oldest(): MadeRecord[] {
    const numbers = Array.from({ length: Math.ceil(this.#decisions.count * oldestShare) }, (_, n) => n);
    this.fed.duplicates += numbers.length;
    return numbers.map((n) => decisionRecord(this.#decisions.at(n), 'again'));
  }

  /** Spread over the slices, the last of which none is left for. */
  async #appendLateGrants(slice: number): Promise<void> {
    const grants = lateGrants(this.#decisions.world);
    const due = (upTo: number) => Math.floor((grants.length * upTo) / (this.#slices - 1));
    for (const record of grants.slice(due(slice), due(slice + 1))) {
      await this.#append(grantsTopic, [record]);
      this.fed.lateGrants += 1;
    }
  }

  async #append(topic: string, records: readonly MadeRecord[]): Promise<void> {
    this.fed.uncertainAppends += await appendSurely(this.#log, topic, records);
  }
}
