import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file of an archive, as its manifest lists it. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of its content, as hexadecimal digits. */
  readonly sha256: string;
}

export interface FileOptions {
  /** Whether it is worth compressing; default yes. */
  readonly isCompressed?: boolean;
}

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * A zip that is written as it is read, entry after entry; nothing of it is kept but the list of its files. Larger than 4 GB
 * it is zip64.
 */
export class Archive {
  readonly output: Readable;
  readonly files: ArchivedFile[] = [];
  readonly #zip = new ZipFile();
  readonly #mtime: Date;

  constructor(mtime: Date) {
    this.#mtime = mtime;
    this.output = Readable.from(this.#zip.outputStream, { objectMode: false });
    this.#zip.on('error', (error: Error) => this.output.destroy(error));
  }

  /** Adds a file; resolves when its content has been read. Rejects when that fails, or when nobody reads the archive any more. */
  async add(name: string, content: Pieces, { isCompressed = true }: FileOptions = {}): Promise<ArchivedFile> {
    const hash = createHash('sha256');
    let bytes = 0;
    const hashed = async function* () {
      for await (const piece of content) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    const source = Readable.from(hashed(), { objectMode: false });
    const stop = () => source.destroy(new Error('nobody reads the archive any more'));
    if (this.output.destroyed) stop();
    this.output.once('close', stop);
    try {
      this.#zip.addReadStream(source, name, { compress: isCompressed, mtime: this.#mtime, mode: 0o100644 });
      await finished(source);
    } finally {
      this.output.off('close', stop);
    }
    const file = { name, bytes, sha256: hash.digest('hex') };
    this.files.push(file);
    return file;
  }

  /** Writes the directory: the archive is whole. */
  end(): void {
    this.#zip.end();
  }
}
