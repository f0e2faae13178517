import type { EntryList } from './entry-list.ts';
import { byTime, type EntryRecord, type EntrySource, type Segment, type Stretch } from './entry-source.ts';

/** A source with further entries beside its own. Nothing later than its own present is listed. */
export class JoinedSource implements EntrySource {
  readonly #base: EntrySource;
  readonly #added: EntryList;

  constructor(base: EntrySource, added: EntryList) {
    this.#base = base;
    this.#added = added;
  }

  lastMicros(nowMs: number): number {
    return this.#base.lastMicros(nowMs);
  }

  settledMicros(nowMs: number): number {
    return Math.min(this.#base.settledMicros(nowMs), this.#added.settledMicros(nowMs));
  }

  *stretches(fromMicros: number, toMicros: number, newestFirst: boolean): Iterable<Stretch> {
    for (const stretch of this.#base.stretches(fromMicros, toMicros, newestFirst)) {
      yield this.#added.size === 0 ? stretch : this.#joined(stretch);
    }
  }

  countChecks(fromMicros: number, toMicros: number): number {
    return this.#base.countChecks(fromMicros, toMicros) + this.#added.countChecks(fromMicros, toMicros);
  }

  find(id: string): EntryRecord | undefined {
    return this.#added.find(id) ?? this.#base.find(id);
  }

  #joined(stretch: Stretch): Stretch {
    const added = this.#added.within(stretch.fromMicros, stretch.toMicros);
    if (added.checks.length + added.others.length === 0) return stretch;
    const load = () => joined(stretch.load(), added);
    return { ...stretch, checks: stretch.checks + added.checks.length, load };
  }
}

function joined(left: Segment, right: Segment): Segment {
  return {
    checks: [...left.checks, ...right.checks].sort(byTime),
    others: [...left.others, ...right.others].sort(byTime),
  };
}
