import type { Facet, TimeRange } from '@custody/decision';
import { type DecisionPage, mostEntriesPerPage, type Priority, permitErrors } from '@custody/permit';
import { isError } from '@custody/runtime';
import { type HandOver, type IdentifiedEntry, identify, type Mode } from './hand-over.ts';
import type { HandedOn } from './handed-on.ts';
import { Pass } from './pass.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface ReadRequest {
  /** Inside one UTC hour. */
  readonly range: TimeRange;
  readonly mode: Mode;
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Told of each page after its entries are durable. */
  readonly onPage?: ((entries: readonly IdentifiedEntry[]) => void) | undefined;
}

/** What one full pass over a window showed. Everything it listed inside the window is durable in the log. */
export interface Reading {
  readonly beganAtMs: number;
  /** Whether the source can list more than it hands out for one query: then this pass proves nothing. */
  readonly isTooLarge: boolean;
  readonly pages: number;
  /** Distinct entries inside the window. */
  readonly listed: number;
  /** The ids of those, XORed. */
  readonly idsXor: string;
  /** Distinct entries of the padded request: what its count is compared with. */
  readonly listedPadded: number;
  readonly beside: { readonly before: number; readonly after: number };
  /** Names that set of entries: equal for equal sets. */
  readonly digest: string;
  /** Handed on earlier and no longer listed. */
  readonly missing: number;
  /** Counts that came with the pages, in order; empty where a page had none. */
  readonly counts: readonly number[];
}

export interface WindowReaderOptions {
  readonly source: DecisionSource;
  readonly handOver: HandOver;
  readonly handedOn: HandedOn;
  readonly time: SourceTime;
}

const mostPages = tooManyResults / mostEntriesPerPage;

/** Reads whole windows: every page of one, each handed on before the next is asked for. */
export class WindowReader {
  readonly #options: WindowReaderOptions;

  constructor(options: WindowReaderOptions) {
    this.#options = options;
  }

  /** One pass, given up as soon as it shows that the window is too large for one query. */
  async read(request: ReadRequest): Promise<Reading> {
    const pass = this.begin(request.range);
    for (let page = 1; page <= mostPages + 1; page += 1) {
      const answer = page > mostPages ? null : await this.page(request, page);
      if (answer === null || (answer.totalCount ?? 0) >= tooManyResults) pass.isTooLarge = true;
      if (answer === null) break;
      pass.counts.push(answer.totalCount);
      // Also where the pass ends here: the source may delete what it has listed before a narrower query lists it again.
      await this.take(request, pass, answer);
      if (pass.isTooLarge || pass.isLastPage(answer)) break;
    }
    return this.reading(pass);
  }

  /** A pass that has listed nothing yet, for whoever puts it together from several requests. */
  begin(range: TimeRange): Pass {
    return new Pass(range, this.#options.time.earliestMs());
  }

  /** One page; `null` past the last result that the source hands out. */
  async page(request: ReadRequest & { readonly facet?: Facet }, page: number): Promise<DecisionPage | null> {
    const { range, facet, priority, signal } = request;
    try {
      return await this.#options.source.listDecisions({ range, facet, page, priority }, signal);
    } catch (error) {
      if (isError(error, permitErrors.PERMIT_TOO_MANY_RESULTS)) return null;
      throw error;
    }
  }

  /** Hands on all that a page lists, what lies beside the window included, and notes it in the pass. */
  async take({ range, mode, signal, onPage }: ReadRequest, pass: Pass, page: DecisionPage): Promise<void> {
    const entries = page.entries.map(identify);
    // Before the first answer, only a clock that may be wrong had told the time.
    if (pass.padded.size === 0) pass.beganAtMs = Math.min(pass.beganAtMs, this.#options.time.earliestMs());
    await this.#options.handOver.handOver({ entries, mode, windowFromMs: range.fromMs, signal });
    pass.take(entries);
    onPage?.(entries);
  }

  reading(pass: Pass): Reading {
    const { handedOn } = this.#options;
    let missing = 0;
    for (const id of handedOn.within(pass.range)) if (!pass.inside.has(id)) missing += 1;
    const counts = pass.counts.filter((count) => count !== null);
    return {
      beganAtMs: pass.beganAtMs,
      isTooLarge: pass.isTooLarge,
      pages: pass.counts.length,
      listed: pass.inside.size,
      idsXor: pass.idsXor.toString(),
      listedPadded: pass.padded.size,
      beside: { ...pass.beside },
      digest: pass.digest(),
      missing,
      counts: counts.length === pass.counts.length ? counts : [],
    };
  }
}
