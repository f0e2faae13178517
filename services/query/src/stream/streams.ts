import { Counter, CustodyError, Gauge, type Registry } from '@custody/runtime';
import { queryErrors } from '../errors.ts';

/** What bounds the streams of one service. */
export interface StreamLimits {
  /** Clients at once. */
  readonly mostClients: number;
  /** Pause between two looks at the store, milliseconds. */
  readonly pollMs: number;
  /** Between two signs of life. */
  readonly heartbeatMs: number;
  /** Longest that a client may leave unread what was written. */
  readonly patienceMs: number;
  /** A stream ends after so long, and its client connects anew: what a token may see is looked at again then. */
  readonly longestMs: number;
}

export const usualStreamLimits: StreamLimits = {
  mostClients: 100,
  pollMs: 1_000,
  heartbeatMs: 15_000,
  patienceMs: 30_000,
  longestMs: 900_000,
};

/** An open stream, to be ended with the service. */
export interface OpenStream {
  close(): void;
}

/** The streams that are open: counted, bounded, and ended together. */
export class Streams {
  readonly #most: number;
  readonly #open = new Set<OpenStream>();
  readonly #clients: Gauge;
  readonly #dropped: Counter;
  #taken = 0;
  #isClosing = false;

  constructor(metrics: Registry, mostClients: number) {
    this.#most = mostClients;
    this.#clients = new Gauge({
      name: 'custody_stream_clients',
      help: 'Clients that follow decisions as they land',
      registers: [metrics],
    });
    this.#dropped = new Counter({
      name: 'custody_stream_clients_dropped_total',
      help: 'Streams that were ended because their client did not read them in time',
      registers: [metrics],
    });
  }

  /** Takes a place; the returned function gives it back, however often it is called. Throws `QUERY_TOO_MANY_STREAMS`. */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new CustodyError(queryErrors.QUERY_TOO_MANY_STREAMS, `${this.#most} streams are open, as many as may be.`);
    }
    this.#setTaken(this.#taken + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#setTaken(this.#taken - 1);
      isTaken = false;
    };
  }

  /** Returns what forgets the stream again. One that opens while the service ends is ended at once. */
  opened(stream: OpenStream): () => void {
    this.#open.add(stream);
    if (this.#isClosing) stream.close();
    return () => this.#open.delete(stream);
  }

  noteDropped(): void {
    this.#dropped.inc();
  }

  closeAll(): void {
    this.#isClosing = true;
    for (const stream of this.#open) stream.close();
  }

  #setTaken(taken: number): void {
    this.#taken = taken;
    this.#clients.set(taken);
  }
}
