import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** The fastest level: entries shrink tenfold with it, and higher ones gain little on them. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** kafkajs names zstd and brings no codec; Node does. The registry is the library's own and global. */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer, { params }),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
}
