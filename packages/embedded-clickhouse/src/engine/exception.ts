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
  const text = error instanceof Error ? error.message : String(error);
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
  const message = exception.message.replace(/[.\s]+$/, '');
  return `Code: ${exception.code}. DB::Exception: ${message}. (${exception.codeName}) (version ${version} (embedded))`;
}
