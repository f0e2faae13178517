import type { ServerResponse } from 'node:http';

/** Characters of a stream that nobody reads are kept up to here; a kernel keeps some hundred KB more. */
const mostWaitingBytes = 1_024 * 1_024;

/** Written at once: each piece that waits for its client takes some hundreds of bytes beside its own. */
const piecesOfBytes = 16_384;

/** Server-sent events into a response that has begun. After the end nothing is written. */
export class EventWriter {
  readonly #response: ServerResponse;
  #hasEnded = false;
  /** Goes out when it is a piece, or with the end of what is being done. */
  #text = '';

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => {
      this.#hasEnded = true;
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether more waits to be read than a client may leave waiting. */
  get isOverfull(): boolean {
    return this.#response.writableLength + this.#text.length > mostWaitingBytes;
  }

  /** `data`: an object, or one that is JSON already. */
  event(name: string, data: object | string, id?: string): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.#write(`${idLine}event: ${name}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }

  /** A comment that keeps the connection open, and how far the stream has come: a client resumes from there. */
  heartbeat(id: string | null): void {
    this.#write(`: still here\n${id === null ? '' : `id: ${id}\n`}\n`);
  }

  /** Pause before a client connects anew, milliseconds. */
  retryAfter(durationMs: number): void {
    this.#write(`retry: ${durationMs}\n\n`);
  }

  /** Resolves when what was written has gone to the client; `false` where that takes longer than it may. */
  async drained(withinMs: number): Promise<boolean> {
    this.#flush();
    if (this.#hasEnded || !this.#response.writableNeedDrain) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), withinMs);
    const done = () => resolve(true);
    this.#response.once('drain', done).once('close', done);
    const isDrained = await promise;
    clearTimeout(timer);
    this.#response.off('drain', done).off('close', done);
    return isDrained;
  }

  /** Ends the stream; what a client that does not read leaves waiting is thrown away after a while. */
  end(graceMs: number): void {
    if (this.#hasEnded) return;
    this.#flush();
    this.#hasEnded = true;
    this.#response.end();
    const timer = setTimeout(() => this.#response.destroy(), graceMs);
    this.#response.once('close', () => clearTimeout(timer));
  }

  #write(text: string): void {
    if (this.#hasEnded) return;
    if (this.#text === '') queueMicrotask(() => this.#flush());
    this.#text += text;
    if (this.#text.length >= piecesOfBytes) this.#flush();
  }

  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '' && !this.#hasEnded) this.#response.write(text);
  }
}
