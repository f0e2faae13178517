import { type EvidenceOwed, evidenceOwedKey, topics } from '@custody/decision';
import type { Patience } from '@custody/runtime';
import { byTime, type EvidenceTopicOptions, leaveOldest, readOwedEvidence } from './evidence-topic.ts';

export interface EvidenceListOptions extends EvidenceTopicOptions {
  readonly patiently: Patience;
  /** Decisions held in memory, about 300 bytes each; twice as many at most. Default 10,000: a quarter of an hour of reading. */
  readonly mostHeld?: number;
}

const mostSettled = 50_000;

/**
 * The decisions whose detailed entry is still to be read: durable in the evidence topic, the oldest of them in memory. The
 * others are read from the topic once there is room.
 */
export class EvidenceList {
  readonly #options: EvidenceListOptions;
  readonly #mostHeld: number;
  #held = new Map<string, EvidenceOwed>();
  /** From this moment on, what is owed is in the topic only; `null`: all is held. */
  #heldUntil: string | null = null;
  /** About how many those are. */
  #beyond = 0;
  /** What is added while the topic is read: it may stand behind what the reading sees. */
  #meanwhile: EvidenceOwed[] | null = null;
  /** Read, or found deleted, lately: windows that are read again must not owe them again. */
  readonly #settled = new Set<string>();

  private constructor(options: EvidenceListOptions) {
    this.#options = options;
    this.#mostHeld = options.mostHeld ?? 10_000;
  }

  static async open(options: EvidenceListOptions): Promise<EvidenceList> {
    const list = new EvidenceList(options);
    await list.#load();
    return list;
  }

  /** All that are owed; about so many where some are in the topic only. */
  get owed(): number {
    return this.#held.size + this.#beyond;
  }

  /** When the oldest of them occurred, milliseconds since the epoch. */
  oldestMs(): number | null {
    const [oldest] = this.oldest(1);
    return oldest === undefined ? null : Date.parse(oldest.occurred_at);
  }

  /** The oldest that pass, in order of their time. */
  oldest(count: number, passes: (id: string) => boolean = () => true): EvidenceOwed[] {
    const found: EvidenceOwed[] = [];
    for (const owed of this.#held.values()) {
      const last = found.at(-1);
      const isOlder = found.length < count || (last !== undefined && byTime(owed, last) < 0);
      if (!isOlder || !passes(owed.decision_id)) continue;
      found.splice(found.findLastIndex((other) => byTime(other, owed) < 0) + 1, 0, owed);
      if (found.length > count) found.pop();
    }
    return found;
  }

  /** Resolves when they are durable. */
  async add(all: readonly EvidenceOwed[], signal?: AbortSignal): Promise<void> {
    const { log, patiently } = this.#options;
    const fresh = all.filter(({ decision_id: id }) => !this.#held.has(id) && !this.#settled.has(id));
    if (fresh.length === 0) return;
    const encoder = new TextEncoder();
    const records = fresh.map((owed) => ({
      key: evidenceOwedKey(owed),
      value: encoder.encode(JSON.stringify(owed)),
    }));
    await patiently('append evidence owed', signal, () => log.append(topics.evidence.name, records));
    this.#meanwhile?.push(...fresh);
    this.#hold(fresh);
  }

  /** Takes them off the list for good; resolves when that is durable. */
  async settle(all: readonly EvidenceOwed[], signal?: AbortSignal): Promise<void> {
    const { log, patiently } = this.#options;
    if (all.length === 0) return;
    const records = all.map((owed) => ({ key: evidenceOwedKey(owed), value: null }));
    await patiently('append evidence settled', signal, () => log.append(topics.evidence.name, records));
    for (const { decision_id: id } of all) {
      this.#held.delete(id);
      this.#settled.add(id);
    }
    for (const id of this.#settled) {
      if (this.#settled.size <= mostSettled) break;
      this.#settled.delete(id);
    }
  }

  /** Reads on in the topic where memory has room again. Not to be called while it settles. */
  async refill(): Promise<void> {
    if (this.#heldUntil !== null && this.#held.size < this.#mostHeld / 2) await this.#load();
  }

  async #load(): Promise<void> {
    const meanwhile: EvidenceOwed[] = [];
    this.#meanwhile = meanwhile;
    try {
      const { oldest, until, beyond } = await readOwedEvidence(this.#options, this.#mostHeld);
      this.#held = oldest;
      this.#heldUntil = until;
      this.#beyond = beyond;
      this.#hold(meanwhile);
    } finally {
      this.#meanwhile = null;
    }
  }

  #hold(fresh: readonly EvidenceOwed[]): void {
    for (const owed of fresh) {
      if (this.#heldUntil === null || owed.occurred_at < this.#heldUntil) this.#held.set(owed.decision_id, owed);
      else this.#beyond += 1;
    }
    if (this.#held.size <= 2 * this.#mostHeld) return;
    const before = this.#held.size;
    this.#heldUntil = leaveOldest(this.#held, this.#mostHeld) ?? this.#heldUntil;
    this.#beyond += before - this.#held.size;
  }
}
