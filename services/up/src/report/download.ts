import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CustodyError } from '@custody/runtime';
import { reportErrors } from './errors.ts';

export interface Download {
  readonly response: Response;
  /** Written anew; removed when the download fails. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Bytes so far. */
  readonly onProgress: (bytes: number) => void;
}

function opened(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  return new Promise((resolve, reject) => {
    file.once('open', () => resolve(file));
    file.once('error', reject);
  });
}

function notWritten(path: string, cause: unknown): CustodyError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new CustodyError(reportErrors.REPORT_NOT_WRITTEN, `Cannot write ${path}: ${said}.`, { cause });
}

/** Writes an answer to a file as it comes. Throws `REPORT_BROKEN` or `REPORT_NOT_WRITTEN`, the signal's reason where it aborts. */
export async function download({ response, path, signal, onProgress }: Download): Promise<void> {
  const file = await opened(path).catch((cause: unknown) => {
    throw notWritten(path, cause);
  });
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      onProgress(bytes);
      done(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  let failedToWrite: unknown = null;
  file.once('error', (error) => {
    failedToWrite ??= error;
  });
  let broken: unknown = null;
  body.once('error', (error) => {
    broken ??= failedToWrite === null ? error : null;
  });
  try {
    await pipeline(body, counted, file, { signal });
  } catch (cause) {
    await rm(path, { force: true });
    signal.throwIfAborted();
    if (failedToWrite !== null && broken === null) throw notWritten(path, failedToWrite);
    throw new CustodyError(reportErrors.REPORT_BROKEN, `The report broke off after ${bytes} bytes.`, { cause });
  }
}
