/** Reads a stream of bytes by length, holding one piece at a time. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#piece = next.value;
    return true;
  }

  async atEnd(): Promise<boolean> {
    while (this.#piece.length === 0) if (!(await this.#more())) return true;
    return false;
  }

  /** The next bytes in the pieces in which they came. Throws when the stream ends before. */
  async *pass(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (await this.atEnd()) throw new Error('the stream ended inside a block');
      const part = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** The next bytes in one piece, for small counts. */
  async take(count: number): Promise<Buffer> {
    if (this.#piece.length >= count) {
      const part = this.#piece.subarray(0, count);
      this.#piece = this.#piece.subarray(count);
      return part;
    }
    const parts: Buffer[] = [];
    for await (const part of this.pass(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** Strings of a column: counts their bytes in the current piece, so that most of it goes on as it is. */
  async *strings(rows: number): AsyncGenerator<Buffer> {
    for (let left = rows; left > 0; ) {
      const piece = this.#piece;
      let at = 0;
      while (left > 0) {
        const end = stringEnd(piece, at);
        if (end === undefined) break;
        at = end;
        left--;
      }
      if (at > 0) {
        this.#piece = piece.subarray(at);
        yield piece.subarray(0, at);
      }
      if (left === 0) return;
      const { bytes, value } = await this.varint();
      yield bytes;
      yield* this.pass(value);
      left--;
    }
  }

  async varint(): Promise<{ bytes: Buffer; value: number }> {
    const bytes: number[] = [];
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const [byte = 0] = await this.take(1);
      bytes.push(byte);
      value += (byte & 127) * scale;
      if (byte < 128) return { bytes: Buffer.from(bytes), value };
    }
  }
}

/** Where the string at `start` ends, or undefined when the piece ends before it does. */
function stringEnd(piece: Buffer, start: number): number | undefined {
  let length = 0;
  let at = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = piece[at++];
    if (byte === undefined) return undefined;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return at + length <= piece.length ? at + length : undefined;
}
