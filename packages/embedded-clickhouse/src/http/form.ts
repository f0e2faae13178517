import type { Readable } from 'node:stream';
import { EngineException } from '../engine/exception.ts';

/** The fields of a multipart body, in order. `@clickhouse/client` sends long query parameters this way. */
export interface ParsedForm {
  readonly fields: readonly [string, string][];
}

/** The engine takes 256 KiB of statement and as much of parameters: more is work for nothing. */
const maxFormBytes = 1_048_576;

/** Collects a bounded body. Throws code 307 when it is larger. */
async function readBounded(body: Readable, maxBytes: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new EngineException(307, 'TOO_MANY_BYTES', `${what} exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a multipart/form-data body of text fields. */
export async function readForm(body: Readable, contentType: string): Promise<ParsedForm> {
  const bytes = await readBounded(body, maxFormBytes, 'The form');
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  if (!form) throw new EngineException(117, 'INCORRECT_DATA', 'The multipart body cannot be read');
  const fields: [string, string][] = [];
  for (const [name, value] of form.entries()) {
    if (typeof value !== 'string')
      throw new EngineException(48, 'NOT_IMPLEMENTED', 'External tables are not supported');
    fields.push([name, value]);
  }
  return { fields };
}
