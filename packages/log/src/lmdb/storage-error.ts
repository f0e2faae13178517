import { statfsSync } from 'node:fs';
import { CustodyError, type ErrorKind } from '@custody/runtime';
import { logErrors } from '../errors.ts';

/** lmdb reports `errno` values and its own negative codes as numbers, Node's file calls report names. */
const kinds = new Map<unknown, ErrorKind>([
  ...[13, 1, 30, 20, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].map(
    (code) => [code, logErrors.LOG_DIRECTORY_UNUSABLE] as const,
  ),
  ...[28, 122, 'ENOSPC', 'EDQUOT'].map((code) => [code, logErrors.LOG_DISK_FULL] as const),
  ...[12, -30792, -30785].map((code) => [code, logErrors.LOG_ADDRESS_SPACE_FULL] as const),
  ...[-30793, -30794, -30796, -30797].map((code) => [code, logErrors.LOG_CORRUPT] as const),
]);
const inputOutputError = 5;
const nearlyFullBytes = 16 * 2 ** 20;

function diskIsFull(directory: string): boolean {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize < nearlyFullBytes;
}

/** Translates what lmdb or the file system threw; an error without a code is none of theirs and passes unchanged. */
export function storageError(error: unknown, directory: string): unknown {
  if (error instanceof CustodyError || !(error instanceof Error) || !('code' in error)) return error;
  const { code } = error;
  // A write that the disk takes only in part arrives as an input/output error.
  const full = code === inputOutputError && diskIsFull(directory);
  const kind = full ? logErrors.LOG_DISK_FULL : (kinds.get(code) ?? logErrors.LOG_STORAGE_FAILED);
  return new CustodyError(kind, `${kind.meaning} Directory: ${directory}`, {
    cause: error,
    fields: { directory, code },
  });
}
