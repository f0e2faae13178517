import { createHash } from 'node:crypto';
import { contains, secondMs, type TimeRange } from '@custody/decision';
import { type DecisionPage, mostEntriesPerPage, type Priority, permitErrors } from '@custody/permit';
import { type Clock, isError } from '@custody/runtime';
import { type HandOver, type IdentifiedEntry, identify, type Mode } from './hand-over.ts';
import type { HandedOn } from './handed-on.ts';
import { type DecisionSource, tooManyResults } from './source.ts';

export interface ReadRequest {
  /** Inside one UTC hour. */
  readonly range: TimeRange;
  readonly mode: Mode;
  readonly priority: Priority;
  /** Goes on past a count that says "too many", for as far as the source lists. */
  readonly asFarAsPossible?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What one full pass over a window showed. Everything it listed inside the window is durable in the log. */
export interface Reading {
  readonly beganAtMs: number;
  /** Whether the source can list more than it hands out for one query: then this pass proves nothing. */
  readonly isTooLarge: boolean;
  readonly pages: number;
  /** Distinct entries inside the window. */
  readonly listed: number;
  /** Distinct entries of the padded request: what its count is compared with. */
  readonly listedPadded: number;
  /** Names that set of entries: equal for equal sets. */
  readonly digest: string;
  /** Entries that had not been handed on before this pass. */
  readonly handedOn: number;
  /** Handed on earlier and no longer listed. */
  readonly missing: number;
  /** Counts that came with the pages, in order; empty where a page had none. */
  readonly counts: readonly number[];
}

export interface WindowReaderOptions {
  readonly source: DecisionSource;
  readonly handOver: HandOver;
  readonly handedOn: HandedOn;
  readonly clock: Clock;
}

const mostPages = tooManyResults / mostEntriesPerPage;
/** Beyond the padded request and the rest of its last second, by an entry's own time. */
const listedAroundMs = 2 * secondMs;

/**
 * Whether the window that listed an entry hands it on. One from beside the window is left to its neighbours; one that by
 * its own time lies far from all that was asked for is listed by no other window, where the source goes by another time.
 */
function isOwn({ fromMs, toMs }: TimeRange, occurredAtMs: number | null): boolean {
  if (occurredAtMs === null || contains({ fromMs, toMs }, occurredAtMs)) return true;
  return !contains({ fromMs: fromMs - listedAroundMs, toMs: toMs + listedAroundMs }, occurredAtMs);
}

/** Distinct entries of a pass, and what its pages counted. */
class Pass {
  readonly inside = new Set<string>();
  readonly padded = new Set<string>();
  readonly counts: (number | null)[] = [];
  handedOn = 0;
  isTooLarge = false;

  /** Nothing follows a short page, unless the count says that the source serves shorter pages than asked for. */
  isLastPage(page: DecisionPage): boolean {
    if (page.entries.length === 0) return true;
    if (page.entries.length >= mostEntriesPerPage) return false;
    return page.totalCount === null || this.padded.size >= page.totalCount;
  }
}

/** Reads whole windows: every page of one, each handed on before the next is asked for. */
export class WindowReader {
  readonly #options: WindowReaderOptions;

  constructor(options: WindowReaderOptions) {
    this.#options = options;
  }

  async read(request: ReadRequest): Promise<Reading> {
    const beganAtMs = this.#options.clock.now();
    const pass = new Pass();
    for (let page = 1; page <= mostPages + 1; page += 1) {
      const answer = page > mostPages ? null : await this.#page(request, page);
      if (answer === null || (answer.totalCount ?? 0) >= tooManyResults) pass.isTooLarge = true;
      if (answer === null) break;
      pass.counts.push(answer.totalCount);
      if (pass.isTooLarge && !request.asFarAsPossible) break;
      await this.#take(request, pass, answer);
      if (pass.isLastPage(answer)) break;
    }
    return this.#reading(request.range, beganAtMs, pass);
  }

  /** One page; `null` past the last result that the source hands out. */
  async #page({ range, priority, signal }: ReadRequest, page: number): Promise<DecisionPage | null> {
    try {
      return await this.#options.source.listDecisions({ range, page, priority }, signal);
    } catch (error) {
      if (isError(error, permitErrors.PERMIT_TOO_MANY_RESULTS)) return null;
      throw error;
    }
  }

  async #take({ range, mode, signal }: ReadRequest, pass: Pass, { entries }: DecisionPage): Promise<void> {
    const own: IdentifiedEntry[] = [];
    for (const entry of entries.map(identify)) {
      pass.padded.add(entry.identity);
      if (!isOwn(range, entry.occurredAtMs)) continue;
      pass.inside.add(entry.identity);
      own.push(entry);
    }
    pass.handedOn += await this.#options.handOver.handOver({ entries: own, mode, windowFromMs: range.fromMs, signal });
  }

  #reading(range: TimeRange, beganAtMs: number, pass: Pass): Reading {
    const { handedOn } = this.#options;
    let missing = 0;
    for (const id of handedOn.within(range)) if (!pass.inside.has(id)) missing += 1;
    const counts = pass.counts.filter((count) => count !== null);
    return {
      beganAtMs,
      isTooLarge: pass.isTooLarge,
      pages: pass.counts.length,
      listed: pass.inside.size,
      listedPadded: pass.padded.size,
      digest: createHash('sha256')
        .update([...pass.padded].sort().join('\n'))
        .digest('hex'),
      handedOn: pass.handedOn,
      missing,
      counts: counts.length === pass.counts.length ? counts : [],
    };
  }
}
