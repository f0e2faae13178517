import { hourMs, minuteMs, type TimeRange } from '@custody/decision';
import { isError } from '@custody/runtime';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { storeErrors } from '../errors.ts';
import { type decisionRow, decisionsPage, type PagePosition } from './decisions-page.ts';
import { ask } from './question.ts';
import type { Selection } from './selection.ts';

/** A row of `custody.decisions` as questions answer it. */
export type StoredDecision = z.infer<typeof decisionRow>;

export interface DecisionsWalk {
  readonly selection: Selection;
  /** Most rows of one page; all that is ever in memory is two pages. */
  readonly pageRows: number;
  /** Default: all of them. */
  readonly mostRows?: number;
}

/** No stretch is shorter: a minute of rows is looked through in no time, however many there are. */
const shortestMs = minuteMs;
/** How many times as long, or as short, a stretch may be as the one before it. */
const mostChange = 8;

/** How long the next stretch is to be, so that it holds a little less than a page. */
function adapted(lengthMs: number, rows: number, pageRows: number): number {
  const factor = (0.8 * pageRows) / Math.max(1, rows);
  return Math.max(shortestMs, Math.round(lengthMs * Math.min(mostChange, Math.max(1 / mostChange, factor))));
}

/** Where a walk is: what is left of its range, and how much of it the next statement looks at. */
class Walker {
  readonly #client: StoreClient;
  readonly #walk: DecisionsWalk;
  readonly #options: StatementOptions;
  #endMs: number;
  #after: PagePosition | null = null;
  #lengthMs = hourMs;
  #left: number;

  constructor(client: StoreClient, walk: DecisionsWalk, options: StatementOptions) {
    this.#client = client;
    this.#walk = walk;
    this.#options = options;
    this.#endMs = walk.selection.range.toMs;
    this.#left = walk.mostRows ?? Number.POSITIVE_INFINITY;
  }

  get isDone(): boolean {
    return this.#left <= 0 || this.#endMs <= this.#walk.selection.range.fromMs;
  }

  /** The next rows, none where a stretch has none. */
  async read(): Promise<StoredDecision[]> {
    const { selection, pageRows } = this.#walk;
    const range = { fromMs: Math.max(selection.range.fromMs, this.#endMs - this.#lengthMs), toMs: this.#endMs };
    const limit = Math.min(pageRows, this.#left);
    const rows = await this.#ask(range, limit);
    if (rows === null) return [];
    this.#left -= rows.length;
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined) {
      this.#lengthMs = adapted(range.toMs - range.fromMs, rows.length, pageRows);
      this.#endMs = range.fromMs;
      this.#after = null;
      return rows;
    }
    const lastMs = Date.parse(last.occurred_at);
    this.#lengthMs = Math.max(shortestMs, range.toMs - lastMs);
    this.#endMs = lastMs + 1;
    this.#after = { occurredAtMs: lastMs, id: last.decision_id };
    return rows;
  }

  /** `null` where the stretch was too much for one statement: the next one is shorter. */
  async #ask(range: TimeRange, limit: number): Promise<StoredDecision[] | null> {
    try {
      const question = decisionsPage({ ...this.#walk.selection, range }, this.#after, limit, 'decisions.walk');
      return await ask(this.#client, question, this.#options);
    } catch (error) {
      const { STORE_TIMEOUT, STORE_MEMORY, STORE_TOO_MUCH } = storeErrors;
      if (!isError(error, STORE_TIMEOUT, STORE_MEMORY, STORE_TOO_MUCH)) throw error;
      const lengthMs = range.toMs - range.fromMs;
      if (lengthMs <= shortestMs) throw error;
      this.#lengthMs = Math.max(shortestMs, Math.round(lengthMs / mostChange));
      return null;
    }
  }
}

/**
 * All decisions of a selection, newest first, page after page; no page is empty. Each page is a statement of its own over
 * a stretch of time that is as long as about a page of rows needs: nothing of the store is held while the caller takes its
 * time, and no statement sorts more than a page. One page is read ahead. Each row is as it stood when its page was read;
 * those that were there from the beginning come exactly once. Throws `STORE_*`.
 */
export async function* walkDecisions(
  client: StoreClient,
  walk: DecisionsWalk,
  options: StatementOptions = {},
): AsyncGenerator<StoredDecision[]> {
  const walker = new Walker(client, walk, { ...options, isPatient: true });
  const read = async () => {
    while (!walker.isDone) {
      const rows = await walker.read();
      if (rows.length > 0) return rows;
    }
    return null;
  };
  let next = read();
  for (let page = await next; page !== null; page = await next) {
    next = read();
    // Where the caller stops here nobody else asks what became of it.
    next.catch(() => undefined);
    yield page;
  }
}
