/** The elements of a listing, each as the bytes that stood in the answer, and the other members of its object, raw. */
export interface JsonElements {
  readonly elements: readonly Uint8Array[];
  readonly members: ReadonlyMap<string, Uint8Array>;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Deeper nesting than any answer has; a bound, so that hostile bytes cost no memory. */
const deepest = 512;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** A cut-off or wrongly framed text; `null` from `splitListing` says no more than that. */
class Unframed extends Error {}

/**
 * Walks over JSON bytes without decoding them. Every byte that frames JSON is ASCII and never part of a longer UTF-8
 * character, so that text in any encoding error stays whole inside its element.
 */
class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  peek(): number | undefined {
    while (isSpace(this.#bytes[this.#at])) this.#at += 1;
    return this.#bytes[this.#at];
  }

  take(expected: number): void {
    if (this.peek() !== expected) throw new Unframed();
    this.#at += 1;
  }

  end(): void {
    if (this.peek() !== undefined) throw new Unframed();
  }

  string(): Uint8Array {
    const from = this.#at;
    this.take(quote);
    this.#skipString();
    return this.#bytes.subarray(from, this.#at);
  }

  #skipString(): void {
    for (let byte = this.#bytes[this.#at]; byte !== quote; byte = this.#bytes[this.#at]) {
      if (byte === undefined) throw new Unframed();
      this.#at += byte === backslash ? 2 : 1;
    }
    this.#at += 1;
  }

  /** One value up to the comma or bracket that ends it, of whatever content as long as its brackets and quotes close. */
  value(): Uint8Array {
    this.peek();
    const from = this.#at;
    const open: number[] = [];
    for (let byte = this.#bytes[from]; ; byte = this.#bytes[this.#at]) {
      if (byte === undefined) throw new Unframed();
      const isClosing = byte === closeBracket || byte === closeBrace;
      if (open.length === 0 && (byte === comma || isClosing)) break;
      this.#at += 1;
      if (byte === quote) this.#skipString();
      else if (byte === openBracket || byte === openBrace) open.push(byte);
      else if (isClosing && open.pop() !== (byte === closeBrace ? openBrace : openBracket)) throw new Unframed();
      if (open.length > deepest) throw new Unframed();
    }
    let to = this.#at;
    while (isSpace(this.#bytes[to - 1])) to -= 1;
    if (to <= from) throw new Unframed();
    return this.#bytes.subarray(from, to);
  }

  array(): Uint8Array[] {
    const elements: Uint8Array[] = [];
    this.take(openBracket);
    while (this.peek() !== closeBracket) {
      if (elements.length > 0) this.take(comma);
      elements.push(this.value());
    }
    this.take(closeBracket);
    return elements;
  }
}

function scan(bytes: Uint8Array): JsonElements {
  const scanner = new Scanner(bytes);
  const members = new Map<string, Uint8Array>();
  if (scanner.peek() === openBracket) {
    const elements = scanner.array();
    scanner.end();
    return { elements, members };
  }
  let elements: Uint8Array[] | null = null;
  scanner.take(openBrace);
  for (let isFirst = true; scanner.peek() !== closeBrace; isFirst = false) {
    if (!isFirst) scanner.take(comma);
    scanner.peek();
    const name = String(JSON.parse(new TextDecoder().decode(scanner.string())));
    scanner.take(colon);
    const isListing = name === 'data' && scanner.peek() === openBracket;
    // As JSON.parse does, the last member of a name counts.
    if (name === 'data') elements = isListing ? scanner.array() : null;
    if (!isListing) members.set(name, scanner.value());
  }
  scanner.take(closeBrace);
  scanner.end();
  if (elements === null) throw new Unframed();
  return { elements, members };
}

/**
 * Cuts a listing — `{ "data": [...], … }` or a bare array — into its elements without parsing or copying them, so that
 * they can be kept exactly as they were sent. An element may hold anything whose quotes and brackets close. Returns
 * `null` when the text around the elements is cut off or is no such listing.
 */
export function splitListing(bytes: Uint8Array): JsonElements | null {
  try {
    return scan(bytes);
  } catch (error) {
    if (error instanceof Unframed || error instanceof SyntaxError) return null;
    throw error;
  }
}
