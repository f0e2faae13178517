import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Below so many bytes an answer is one packet either way. */
const leastBytes = 1_024;

/** Answers and problems. A file that is streamed tells a failure by breaking off, which nothing may stand in the way of. */
const compressed = /^application\/(problem\+)?json/;

/**
 * Has answers compressed as the client and we agree: zstd, Brotli or gzip. Streams of events are written past it. Requests have
 * no bodies, so nothing is ever unpacked. Must be registered before the routes.
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    encodings: ['zstd', 'br', 'gzip'],
    customTypes: compressed,
    globalDecompression: false,
    threshold: leastBytes,
    // Brotli's own default is for files that are compressed once: fifty times the work for a tenth fewer bytes.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });
}
