import { type CustodyClientOptions, headersOf } from './create-client.ts';
import type { operations } from './generated/api.ts';
import { CustodyApiError, problemOf } from './problem.ts';
import { readEvents, type ServerSentEvent } from './server-sent-events.ts';

type ListedDecision = operations['listDecisions']['responses']['200']['content']['application/json']['data'][number];
type StreamQuery = NonNullable<operations['streamDecisions']['parameters']['query']>;

export interface FollowedDecision {
  /** Resumes after this decision: give it as `lastEventId`. */
  readonly id: string;
  readonly decision: ListedDecision;
}

/** What else a stream tells: `started`, `reset`, `waiting`, `dropped`, `renew`, `closing`, `failed`, and `lost` of the connection. */
export interface FollowNote {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FollowOptions extends CustodyClientOptions {
  /** Filters as `listDecisions` takes them. */
  readonly query?: Omit<StreamQuery, 'cursor'>;
  /** Begins after this id; by default with what lands from now on. */
  readonly lastEventId?: string;
  /** Ends the following. */
  readonly signal?: AbortSignal;
  readonly onNote?: (note: FollowNote) => void;
}

/** Waits, unless it is given up before: in browsers as in Node. */
function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over);
  });
}

const usualRetryMs = 2_000;
const longestRetryMs = 30_000;

function addressOf({ url, query = {} }: FollowOptions): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((text): [string, string] => [name, text]),
  );
  return `${url.replace(/\/+$/, '')}/v1/decisions/stream?${new URLSearchParams(pairs)}`;
}

/** One connection after the other, from where the last one ended. */
class Connections {
  readonly #options: FollowOptions;
  lastId: string | undefined;
  retryMs = usualRetryMs;
  /** Connections in a row that told nothing. */
  fruitless = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.lastId = options.lastEventId;
  }

  get pauseMs(): number {
    return Math.min(this.retryMs * 2 ** Math.max(0, this.fruitless - 1), longestRetryMs);
  }

  async open(): Promise<ReadableStream<Uint8Array>> {
    const { fetch = globalThis.fetch, signal } = this.#options;
    const last = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const headers = { ...headersOf(this.#options), accept: 'text/event-stream', ...last };
    const response = await fetch(addressOf(this.#options), { headers, ...(signal && { signal }) });
    if (!response.ok || response.body === null) throw await problemOf(response);
    return response.body;
  }

  take({ id, retryMs }: ServerSentEvent): void {
    this.lastId = id ?? this.lastId;
    this.retryMs = retryMs ?? this.retryMs;
    this.fruitless = 0;
  }
}

function mayRecover(error: unknown): boolean {
  return !(error instanceof CustodyApiError) || error.status >= 500 || error.status === 429;
}

/**
 * Decisions as they land, without end. A connection that ends or breaks is made anew from where it was, so that each
 * landing is told once; only the first one has to succeed. Throws `CustodyApiError` where the request is refused, and what
 * `fetch` threw where nothing answers at first.
 */
export async function* followDecisions(options: FollowOptions): AsyncGenerator<FollowedDecision> {
  const { signal, onNote } = options;
  const connections = new Connections(options);
  for (let isFirst = true; !signal?.aborted; isFirst = false) {
    try {
      for await (const event of readEvents(await connections.open())) {
        connections.take(event);
        if (event.data === '') continue;
        if (event.name === 'decision') yield { id: event.id ?? '', decision: JSON.parse(event.data) };
        else onNote?.({ name: event.name, data: JSON.parse(event.data) });
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (isFirst || !mayRecover(error)) throw error;
      connections.fruitless += 1;
      onNote?.({ name: 'lost', data: { error: String(error) } });
    }
    await delay(connections.pauseMs, signal);
  }
}
