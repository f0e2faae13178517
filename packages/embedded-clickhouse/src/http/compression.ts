import type { IncomingMessage } from 'node:http';
import { type Duplex, PassThrough, type Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { EngineException } from '../engine/exception.ts';

const decoders: ReadonlyMap<string, () => Duplex> = new Map([
  ['gzip', () => zlib.createGunzip()],
  ['x-gzip', () => zlib.createGunzip()],
  ['deflate', () => zlib.createInflate()],
  ['br', () => zlib.createBrotliDecompress()],
  ['zstd', () => zlib.createZstdDecompress()],
]);

/** The body as it was before its Content-Encoding. Throws code 48 for an encoding that is not known. */
export function decodedBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return request;
  const decoder = decoders.get(encoding)?.();
  if (!decoder) throw new EngineException(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown compression method: ${encoding}`);
  // Who reads learns of it by reading; when a request is refused nobody does, and bad bytes must not end the process.
  decoder.on('error', () => undefined);
  request.on('error', (error) => decoder.destroy(error));
  request.on('aborted', () => decoder.destroy(new Error('the request was aborted')));
  return request.pipe(decoder);
}

export interface Encoder {
  readonly name: string | undefined;
  readonly stream: Duplex;
}

/** The first encoding of the client's list that we have, when the request allows one at all. */
export function answerEncoder(request: IncomingMessage, allowed: boolean, level: number): Encoder {
  const accepted = String(request.headers['accept-encoding'] ?? '').toLowerCase();
  const has = (name: string) =>
    accepted.split(',').some((part) => part.trim().split(';')[0] === name && !/;\s*q=0(\.0*)?$/.test(part));
  if (!allowed) return { name: undefined, stream: new PassThrough() };
  if (has('gzip')) return { name: 'gzip', stream: zlib.createGzip({ level }) };
  if (has('zstd')) {
    const params = { [zlib.constants.ZSTD_c_compressionLevel]: level };
    return { name: 'zstd', stream: zlib.createZstdCompress({ params }) };
  }
  if (has('deflate')) return { name: 'deflate', stream: zlib.createDeflate({ level }) };
  return { name: undefined, stream: new PassThrough() };
}
