/** An answer before anything happens to it on its way. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer and how it travels. */
export interface Delivery extends Answer {
  /** Until the first byte. */
  readonly delayMs: number;
  /** The body takes so long from its first piece to its last; 0: at once. */
  readonly trickleMs: number;
  /**
   * `whole`; `no-answer`: the connection is reset before a byte; `reset`: it is reset inside the body; `short`: fewer
   * bytes than announced, then the end; `unfinished`: a chunked body without its last chunk.
   */
  readonly ending: 'whole' | 'no-answer' | 'reset' | 'short' | 'unfinished';
  /** How much of the body is sent where it does not end whole, 0 to 1. */
  readonly sentShare: number;
}

/** A value as JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = JSON.stringify(value);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** The part of a body that is sent. */
export function sentPart({ body, ending, sentShare }: Delivery): Buffer {
  const bytes = Buffer.from(body);
  return ending === 'whole' ? bytes : bytes.subarray(0, Math.floor(bytes.length * sentShare));
}
