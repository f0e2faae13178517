/** Bytes of a text that are written without asking for its length in UTF-8 first: then its length fits one byte. */
const shortText = 42;

const hyphen = 0x2d;

/** The value of a lower-case hexadecimal digit by its character code: `0` is 0x30, `a` is 0x61. */
function digit(code: number): number {
  return code < 0x61 ? code - 0x30 : code - 0x57;
}

/** A buffer that grows as it is written to. Numbers are little-endian, texts carry their length in front. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** `capacity`: bytes expected; more are taken, at the price of copies. */
  constructor(capacity = 1_024) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** What was written; the buffer itself, not a copy of it. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  /** An unsigned number below 2^32, seven bits to a byte. */
  varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
  }

  /** An integer of 64 bits, as far as a JavaScript number holds it. */
  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.#buffer.writeUInt32LE(value - high * 2 ** 32, this.#length);
    this.#buffer.writeInt32LE(high, this.#length + 4);
    this.#length += 8;
  }

  /** Half of a surrogate pair, which UTF-8 cannot hold, becomes the replacement character. */
  text(value: string): void {
    if (value === '') {
      this.byte(0);
      return;
    }
    this.#reserve(value.length * 3 + 5);
    if (value.length <= shortText) {
      const written = this.#buffer.write(value, this.#length + 1, 'utf8');
      this.#buffer[this.#length] = written;
      this.#length += 1 + written;
      return;
    }
    this.varint(Buffer.byteLength(value, 'utf8'));
    this.#length += this.#buffer.write(value, this.#length, 'utf8');
  }

  /** Bytes as they are, with their length in front. */
  sized(value: Uint8Array): void {
    this.varint(value.byteLength);
    this.bytes(value);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** A UUID in its canonical form, as ClickHouse has it: each half a little-endian number of 64 bits. */
  uuid(value: string): void {
    this.#reserve(16);
    for (let byte = 0, at = 0; byte < 16; byte += 1, at += 2) {
      if (value.charCodeAt(at) === hyphen) at += 1;
      const place = byte < 8 ? 7 - byte : 23 - byte;
      this.#buffer[this.#length + place] = digit(value.charCodeAt(at)) * 16 + digit(value.charCodeAt(at + 1));
    }
    this.#length += 16;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.byteLength);
    this.#buffer.set(value, this.#length);
    this.#length += value.byteLength;
  }
}
