import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

const cache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'custody-chromium');

async function unpack(archive: string, path: string, mode = 0o644): Promise<void> {
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(path, { mode }));
}

/** Unpacks an archive into a folder with the machine's own tar. */
async function untar(archive: string, folder: string): Promise<void> {
  const path = join(folder, `archive-${process.pid}.tar`);
  await unpack(archive, path);
  await promisify(execFile)('tar', ['-xf', path, '-C', folder]);
  rmSync(path);
}

export interface PackagedChromium {
  readonly path: string;
  /** Libraries for machines that have no desktop's. */
  readonly libraries: string;
}

/**
 * The Chromium that the package `@sparticuz/chromium` carries, for Linux on x64; unpacked once, beside the other caches of
 * the workspace. `null` where it is not installed or is of no use.
 */
export async function packagedChromium(): Promise<PackagedChromium | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const packed = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
  const found = { path: join(cache, 'chromium'), libraries: join(cache, 'al2023', 'lib') };
  if (existsSync(found.path)) return found;
  if (!existsSync(join(packed, 'chromium.br'))) return null;
  mkdirSync(found.libraries, { recursive: true });
  // In its place only when it is whole.
  const own = `${found.path}-${process.pid}`;
  try {
    await untar(join(packed, 'al2023.tar.br'), join(cache, 'al2023'));
    await unpack(join(packed, 'chromium.br'), own, 0o755);
    renameSync(own, found.path);
  } finally {
    rmSync(own, { force: true });
  }
  return found;
}
