import type { SealToWrite } from './write-seals.ts';

/** What a seal of a day or a month says: it is a sum for speed; what is proven is said of its hours. */
export const sumsOnly: Omit<SealToWrite, 'envId' | 'span' | 'startMs' | 'build'> = {
  windowsUpdatedAtMs: 0,
  causes: [],
  said: {
    ...{
      state: 'complete',
      stored: 0,
      listed: 0,
      deadLetters: 0,
      missing: 0,
      deletedAtSource: 0,
      unreadableSeconds: 0,
    },
    ...{ listedIdsXor: '', reasons: [], content: '', revision: 1, digest: '', previousDigest: '' },
  },
};
