import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { logErrors } from '../errors.ts';

const magic = 0xbeefc0de;
/** After the header of the first page. */
const magicAt = 24;

function headOf(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const head = Buffer.alloc(magicAt + 4);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Refuses a file that is no lmdb environment: lmdb itself ends the process with a segmentation fault on one. */
export function checkDataFile(directory: string): void {
  const path = join(directory, 'data.mdb');
  const head = headOf(path);
  if (head === undefined || head.length === 0) return;
  if (head.length === magicAt + 4 && head.readUInt32LE(magicAt) === magic) return;
  throw new CustodyError(logErrors.LOG_CORRUPT, `${path} is not a file of the embedded log`, { fields: { path } });
}
