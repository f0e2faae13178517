import { decisionOf, type Facet, type SourceFacet } from '@custody/decision';
import { type DecisionPage, mostEntriesPerPage } from '@custody/permit';
import type { IdentifiedEntry } from './hand-over.ts';
import type { Pass } from './pass.ts';
import { type DecisionSource, tooManyResults } from './source.ts';
import type { ReadRequest, WindowReader } from './window-reader.ts';

type Dimension = keyof Facet;
type NamedDimension = Exclude<Dimension, 'decision'>;

/** Values that facets can have, known from elsewhere than the second itself. */
export type KnownValues = (dimension: NamedDimension) => Iterable<string>;

export interface SecondCoverOptions {
  readonly source: DecisionSource;
  readonly reader: WindowReader;
  readonly knownValues: KnownValues;
  readonly request: ReadRequest;
  /** Told of the facets read so far after each. */
  readonly onFacets: (facets: readonly SourceFacet[]) => Promise<void>;
}

/** Few values first: most seconds end there. Entries without a decision are in no part of the first. */
const dimensions = ['decision', 'action', 'resource', 'user'] as const;
/** A cover that needs more is given up: the second is unreadable, and says so. */
const mostRequests = 3_000;
const mostPages = tooManyResults / mostEntriesPerPage;

/**
 * Reads a second that holds more than one query can list, by narrower queries: by decision, action, resource and user,
 * as deep as needed. All of it is one pass. Facets may overlap and may miss entries that have no value, so that only the
 * count of the whole tells whether the cover is exact.
 */
export class SecondCover {
  readonly #options: SecondCoverOptions;
  readonly pass: Pass;
  readonly facets: SourceFacet[] = [];
  readonly #traits = new Map<string, Facet>();
  #requests = 0;

  constructor(options: SecondCoverOptions) {
    this.#options = options;
    this.pass = options.reader.begin(options.request.range);
  }

  /** Reads as much as facets and the plain query list. The pass's counts are those of the whole, in order. */
  async read(): Promise<void> {
    const { counted } = await this.#pages({}, 1);
    await this.#narrow({}, counted);
    if (!this.#isWhole({}, counted)) await this.#pages({}, mostPages);
  }

  async #narrow(node: Facet, counted: number | null): Promise<void> {
    for (const dimension of dimensions) {
      if (dimension in node) continue;
      const done = new Set<string | boolean>();
      for (let value = this.#next(dimension, node, done); value !== null; value = this.#next(dimension, node, done)) {
        done.add(value);
        if (this.#isWhole(node, counted) || this.#requests >= mostRequests) return;
        const found = await this.#part({ ...node, [dimension]: value }, counted);
        // Which form of a resource the filter takes is not documented: its type, or type and instance.
        if (dimension === 'resource' && found === 0) {
          await this.#part({ ...node, resource: `${value}:${value}` }, counted);
        }
      }
    }
  }

  /** Reads one facet, narrower still where it is too large. Returns what the source counts for it. */
  async #part(facet: Facet, parentCounted: number | null): Promise<number | null> {
    const { source, request } = this.#options;
    this.#requests += 1;
    const { priority, signal } = request;
    const { totalCount: counted } = await source.countDecisions(request.range, facet, { priority, signal });
    if (counted !== null && counted < tooManyResults && counted <= this.#listed(facet)) return counted;
    if ((counted ?? 0) >= tooManyResults) {
      // A facet that holds all that its parent does narrows nothing.
      const isNarrower = counted === tooManyResults || counted !== parentCounted;
      if (isNarrower) await this.#narrow(facet, counted);
      return counted;
    }
    const { isCut } = await this.#pages(facet, mostPages);
    if (isCut) await this.#narrow(facet, null);
    const listed = this.#listed(facet);
    const isRead = counted !== null && listed >= counted;
    this.facets.push({ facet, state: isRead ? 'closed' : 'open', listed, counted });
    await this.#options.onFacets(this.facets);
    return counted;
  }

  /** Reads the pages of a facet. Says what its first page counted, and whether more follow than the source hands out. */
  async #pages(facet: Facet, most: number): Promise<{ counted: number | null; isCut: boolean }> {
    const { reader, request } = this.#options;
    let counted: number | null = null;
    for (let page = 1; page <= most; page += 1) {
      this.#requests += 1;
      const answer = await reader.page({ ...request, facet }, page);
      if (answer === null) return { counted, isCut: true };
      if (Object.keys(facet).length === 0) this.pass.counts.push(answer.totalCount);
      counted ??= answer.totalCount;
      await reader.take({ ...request, onPage: (entries) => this.#learn(entries) }, this.pass, answer);
      if (this.#isLastPage(facet, answer)) return { counted, isCut: false };
    }
    return { counted, isCut: true };
  }

  #isLastPage(facet: Facet, { entries, totalCount }: DecisionPage): boolean {
    if (entries.length === 0) return true;
    if (totalCount === null || totalCount >= tooManyResults) return entries.length < mostEntriesPerPage;
    return this.#listed(facet) >= totalCount;
  }

  #learn(entries: readonly IdentifiedEntry[]): void {
    this.#options.request.onPage?.(entries);
    for (const { identity, bytes } of entries)
      if (!this.#traits.has(identity)) this.#traits.set(identity, traits(bytes));
  }

  #isWhole(facet: Facet, counted: number | null): boolean {
    return counted !== null && counted !== tooManyResults && this.#listed(facet) >= counted;
  }

  /** How many of the entries listed so far lie in a facet. */
  #listed(facet: Facet): number {
    const wanted = Object.entries(facet);
    if (wanted.length === 0) return this.pass.padded.size;
    let count = 0;
    for (const own of this.#traits.values()) {
      if (wanted.every(([name, value]) => own[name as Dimension] === value)) count += 1;
    }
    return count;
  }

  /** The value to try next: the most frequent one among the entries of the node, then what is known from elsewhere. */
  #next(dimension: Dimension, node: Facet, done: ReadonlySet<string | boolean>): string | boolean | null {
    if (dimension === 'decision') return [true, false].find((value) => !done.has(value)) ?? null;
    const counts = new Map<string, number>();
    const wanted = Object.entries(node);
    for (const own of this.#traits.values()) {
      const value = own[dimension];
      if (value === undefined || done.has(value)) continue;
      const isInNode = wanted.every(([name, part]) => own[name as Dimension] === part);
      counts.set(value, (counts.get(value) ?? 0) + (isInNode ? 1 : 0));
    }
    const [best] = [...counts].sort((a, b) => b[1] - a[1]);
    if (best !== undefined) return best[0];
    for (const value of this.#options.knownValues(dimension)) if (!done.has(value)) return value;
    return null;
  }
}

function traits(bytes: Uint8Array): Facet {
  const facet: Facet = {};
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const parsed = decisionOf(json);
    if (parsed.outcome !== 'kept') return facet;
    const { verdict, tool, server, agentKey } = parsed.value;
    if (verdict !== 'unknown') facet.decision = verdict === 'allow';
    if (tool !== '') facet.action = tool;
    if (server !== '') facet.resource = server;
    if (agentKey !== '') facet.user = agentKey;
  } catch {
    // No JSON: an entry that no facet holds.
  }
  return facet;
}
