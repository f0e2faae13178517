/** An exception of the engine, or of the port in the engine's words. */
export class EngineException extends Error {
  override readonly name = 'EngineException';
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}

const envelope = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)(?:\. )?\(([A-Z0-9_]+)\)\s*$/;
const inner = /^Code: \d+\. DB::Exception: ([\s\S]*?)(?:\. )?\([A-Z0-9_]+\) \(version [^()]*(?:\([^()]*\))?\)$/;

const maxLength = 16_384;
const keptEnd = 1_024;

/** A message may quote all of a statement: what is read by patterns, and sent, is bounded. */
function shortened(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - keptEnd)}…${text.slice(-keptEnd)}`;
}

/** The innermost message: each layer of the engine wraps it once more. */
function unwrapped(body: string): string {
  const message = inner.exec(body.trim())?.[1];
  return message === undefined ? body : unwrapped(message);
}

/**
 * Reads the text of an engine error. Reads from a file arrive wrapped twice; the outer envelope goes, and with it the
 * name of the pipe, which means nothing to a client.
 */
export function engineException(error: unknown): EngineException {
  if (error instanceof EngineException) return error;
  const text = shortened(error instanceof Error ? error.message : String(error));
  const outer = envelope.exec(text.trim());
  if (!outer) return new EngineException(1001, 'STD_EXCEPTION', text.trim());
  const [, code, body = '', name = 'UNKNOWN'] = outer;
  const message = unwrapped(body)
    .replace(/: \(in file\/uri [^)]*\)/, '')
    .replace(': data for INSERT was parsed from file', '')
    .trim();
  return new EngineException(Number(code), name, message);
}

/** The body that ClickHouse's HTTP interface writes for an exception, without a line feed at its end. */
export function exceptionText(exception: EngineException, version: string): string {
  let end = exception.message.length;
  while (end > 0 && /[.\s]/.test(exception.message.charAt(end - 1))) end--;
  const message = exception.message.slice(0, end);
  return `Code: ${exception.code}. DB::Exception: ${message}. (${exception.codeName}) (version ${version} (embedded))`;
}
