import { createHash } from 'node:crypto';
import { contains, IdsXor, secondMs, type TimeRange } from '@custody/decision';
import { type DecisionPage, mostEntriesPerPage } from '@custody/permit';
import type { IdentifiedEntry } from './hand-over.ts';

/** Beyond the padded request and the rest of its last second, by an entry's own time. */
const listedAroundMs = 2 * secondMs;

/**
 * Whether an entry is counted with the window that listed it. One from beside the window is its neighbours'; one that by
 * its own time lies far from all that was asked for is listed by no other window, where the source goes by another time.
 */
function isOwn({ fromMs, toMs }: TimeRange, occurredAtMs: number | null): boolean {
  if (occurredAtMs === null || contains({ fromMs, toMs }, occurredAtMs)) return true;
  return !contains({ fromMs: fromMs - listedAroundMs, toMs: toMs + listedAroundMs }, occurredAtMs);
}

/** What one pass over a window has listed so far: its distinct entries, and what its pages counted. */
export class Pass {
  readonly range: TimeRange;
  /** As of when it says anything. */
  beganAtMs: number;
  /** Identities inside the window. */
  readonly inside = new Set<string>();
  /** Of those that are ids. */
  readonly idsXor = new IdsXor();
  /** Identities of the padded request: what its count is compared with. */
  readonly padded = new Set<string>();
  readonly beside = { before: 0, after: 0 };
  readonly counts: (number | null)[] = [];
  /** Whether the source can list more than it hands out for one query. */
  isTooLarge = false;

  constructor(range: TimeRange, beganAtMs: number) {
    this.range = range;
    this.beganAtMs = beganAtMs;
  }

  /** Notes the entries of a page. */
  take(entries: readonly IdentifiedEntry[]): void {
    for (const { identity, occurredAtMs } of entries) {
      const isNew = !this.padded.has(identity);
      this.padded.add(identity);
      if (isOwn(this.range, occurredAtMs)) this.#addInside(identity);
      else if (isNew) this.beside[(occurredAtMs ?? 0) < this.range.fromMs ? 'before' : 'after'] += 1;
    }
  }

  /** Facets and pages that shift list an entry again: it counts once. */
  #addInside(identity: string): void {
    if (this.inside.has(identity)) return;
    this.inside.add(identity);
    this.idsXor.add(identity);
  }

  /** Nothing follows a short page, unless the count says that the source serves shorter pages than asked for. */
  isLastPage(page: DecisionPage): boolean {
    if (page.entries.length === 0) return true;
    if (page.entries.length >= mostEntriesPerPage) return false;
    return page.totalCount === null || this.padded.size >= page.totalCount;
  }

  /** Names the set of entries: equal for equal sets. */
  digest(): string {
    return createHash('sha256')
      .update([...this.padded].sort().join('\n'))
      .digest('hex');
  }
}
