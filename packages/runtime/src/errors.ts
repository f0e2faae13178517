/** One kind of failure. Kinds are declared once per package with `errorKinds`, and listed in docs/errors.md. */
export interface ErrorKind<Code extends string = string> {
  readonly code: Code;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retriable: boolean;
  /** One sentence: what happened. */
  readonly meaning: string;
  /** One sentence: what the reader should do. */
  readonly remedy: string;
}

/** Declares a package's closed list of failures; the property name becomes the code. */
export function errorKinds<const T extends Record<string, Omit<ErrorKind, 'code'>>>(
  kinds: T,
): { readonly [K in keyof T & string]: ErrorKind<K> } {
  const entries = Object.entries(kinds).map(([code, kind]) => [code, Object.freeze({ code, ...kind })]);
  return Object.freeze(Object.fromEntries(entries));
}

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Structured context for the log line; never secrets. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Overrides the kind's remedy where the situation allows a more exact one. */
  readonly remedy?: string;
}

/**
 * The one error type that crosses a package's border. Foreign errors are translated into it once, where they enter;
 * decisions are taken by `code` and `retriable`, never by message text.
 */
export class CustodyError<Code extends string = string> extends Error {
  override readonly name = 'CustodyError';
  readonly code: Code;
  readonly retriable: boolean;
  readonly remedy: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind<Code>, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = kind.code;
    this.retriable = kind.retriable;
    this.remedy = details.remedy ?? kind.remedy;
    this.fields = details.fields ?? {};
  }
}

/** True for a `CustodyError` of one of the given kinds. */
export function isError<Code extends string>(error: unknown, ...kinds: ErrorKind<Code>[]): error is CustodyError<Code> {
  return error instanceof CustodyError && kinds.some((kind) => kind.code === error.code);
}

/** Whether trying again may help. Anything that is not ours is unknown, and unknown is not retried. */
export function isRetriable(error: unknown): boolean {
  return error instanceof CustodyError && error.retriable;
}
