import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type TickRecord, tickRecord } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { alerterErrors } from '../errors.ts';

/** States and looks repeat themselves: a tenth is left of them. */
const params = { [constants.ZSTD_c_compressionLevel]: 3 };

/** A record as the topic holds it: compressed, whatever the broker does. */
export function encodeTick(record: TickRecord): Uint8Array {
  return zstdCompressSync(JSON.stringify(record), { params });
}

/** Throws `ALERTER_JOURNAL_UNREADABLE` on what this version did not write: to pass over it would be to guess what counts. */
export function decodeTick(key: string, value: Uint8Array): TickRecord {
  try {
    return tickRecord.parse(JSON.parse(zstdDecompressSync(value).toString()));
  } catch (error) {
    throw new CustodyError(alerterErrors.ALERTER_JOURNAL_UNREADABLE, `The record ${key} of the alerts topic`, {
      cause: error,
      fields: { key },
    });
  }
}
