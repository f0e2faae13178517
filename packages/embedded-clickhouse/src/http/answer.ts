import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineException } from '../engine/exception.ts';
import { exceptionText } from '../engine/exception.ts';
import type { NativeResult } from '../engine/native.ts';
import type { Encoder } from './compression.ts';
import { contentType } from './formats.ts';
import { httpStatus } from './status.ts';

export interface ServerIdentity {
  readonly version: string;
  readonly timezone: string;
  readonly displayName: string;
}

export interface AnswerOptions {
  readonly identity: ServerIdentity;
  readonly queryId: string;
  readonly format: string;
  readonly encoder: Encoder;
  /** How much is held back before the status line is sent, so that an early failure still gets its own status. */
  readonly bufferBytes: number;
  /** How long a client may take nothing before it counts as gone. */
  readonly sendTimeoutMs: number;
}

const breakMs = 3_000;

const nanoseconds = (seconds: number): string => String(Math.round(seconds * 1e9));

function summary(result: NativeResult | undefined, written: boolean): string {
  const rows = String(result?.rowsRead ?? 0);
  const bytes = String(result?.bytesRead ?? 0);
  return JSON.stringify({
    read_rows: rows,
    read_bytes: bytes,
    written_rows: written ? rows : '0',
    written_bytes: written ? bytes : '0',
    total_rows_to_read: '0',
    result_rows: written ? rows : '0',
    result_bytes: written ? bytes : '0',
    elapsed_ns: nanoseconds(result?.elapsed ?? 0),
  });
}

/** One answer: held back at first, then streamed; a failure becomes a status, or a marked block in the stream. */
export class Answer {
  readonly #response: ServerResponse;
  readonly #options: AnswerOptions;
  readonly #closed: Promise<unknown>;
  readonly #tag = randomBytes(8).toString('hex');
  #held: Buffer[] = [];
  #heldBytes = 0;
  #started = false;

  constructor(response: ServerResponse, options: AnswerOptions) {
    this.#response = response;
    this.#closed = new Promise((resolve) => response.once('close', resolve));
    this.#options = options;
  }

  /** Takes a piece of the output; resolves when there is room for more. */
  async write(chunk: Buffer): Promise<void> {
    if (this.#started) return this.#push(chunk);
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= this.#options.bufferBytes) await this.#start(undefined, false);
  }

  async end(result: NativeResult, written: boolean): Promise<void> {
    if (!this.#started) await this.#start(result, written);
    const { stream } = this.#options.encoder;
    stream.once('end', () => this.#response.end());
    stream.end();
  }

  async fail(exception: EngineException): Promise<void> {
    const text = exceptionText(exception, this.#options.identity.version);
    if (!this.#started) {
      sendException(this.#response, exception, text, this.#baseHeaders());
      return;
    }
    // The form of servers since 25.11: clients that know the tag find the exception at the end of the last chunk. All
    // others must not take the answer for complete, so the connection breaks without the closing chunk.
    const length = Buffer.byteLength(text) + 1;
    const block = `\r\n__exception__\r\n${this.#tag}\r\n${text}\n${length} ${this.#tag}\r\n__exception__\r\n`;
    await this.#flush();
    await this.#drained();
    // A piece of its own on the wire: a client looks for the whole block in one chunk.
    await delay(20);
    await this.#push(Buffer.from(block));
    this.#options.encoder.stream.end();
    await this.#drained();
    // A client that knows the block closes by itself; until then what it has not read yet must not be thrown away.
    const timer = setTimeout(() => this.#response.destroy(), breakMs);
    this.#closed.then(() => clearTimeout(timer));
  }

  #baseHeaders(): Record<string, string> {
    const { identity, queryId } = this.#options;
    return {
      'X-ClickHouse-Query-Id': queryId,
      'X-ClickHouse-Server-Display-Name': identity.displayName,
      'X-ClickHouse-Timezone': identity.timezone,
    };
  }

  async #start(result: NativeResult | undefined, written: boolean): Promise<void> {
    const { format, encoder } = this.#options;
    this.#started = true;
    this.#response.writeHead(200, {
      ...this.#baseHeaders(),
      'Content-Type': contentType(format),
      'X-ClickHouse-Format': format,
      'X-ClickHouse-Exception-Tag': this.#tag,
      'X-ClickHouse-Summary': summary(result, written),
      ...(encoder.name ? { 'Content-Encoding': encoder.name, Vary: 'Accept-Encoding' } : {}),
    });
    // Ended by us: an answer that failed must not look complete.
    encoder.stream.pipe(this.#response, { end: false });
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) await this.#push(chunk);
  }

  async #push(chunk: Buffer): Promise<void> {
    const { stream } = this.#options.encoder;
    if (stream.write(chunk) || this.#response.destroyed) return;
    // Else a client that stops reading would keep its place, and the engine's thread, for ever.
    const timer = setTimeout(() => this.#response.destroy(), this.#options.sendTimeoutMs);
    await Promise.race([once(stream, 'drain'), this.#closed]);
    clearTimeout(timer);
  }

  /** Resolves when all that was written has left this process, or nobody reads it any more. */
  async #drained(): Promise<void> {
    const { stream } = this.#options.encoder;
    const pending = () => stream.writableLength + stream.readableLength + this.#response.writableLength;
    const timer = setTimeout(() => this.#response.destroy(), this.#options.sendTimeoutMs);
    while (pending() > 0 && !this.#response.destroyed) await delay(5);
    clearTimeout(timer);
  }

  /** Empties the compressor, so that what follows travels in a piece of its own. */
  #flush(): Promise<void> {
    const stream = this.#options.encoder.stream as { flush?: (done: () => void) => void };
    return stream.flush ? new Promise((resolve) => stream.flush?.(resolve)) : delay(5);
  }
}

/** A failure before anything was sent. */
export function sendException(
  response: ServerResponse,
  exception: EngineException,
  text: string,
  headers: Record<string, string> = {},
): void {
  const body = Buffer.from(`${text}\n`);
  response.writeHead(httpStatus(exception.code), {
    ...headers,
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': String(body.length),
    'X-ClickHouse-Exception-Code': String(exception.code),
  });
  response.end(body);
}
