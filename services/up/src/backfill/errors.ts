import { errorKinds } from '@custody/runtime';

export const backfillErrors = errorKinds({
  BACKFILL_REFUSED: {
    retriable: false,
    meaning: 'A range cannot be read again as it was asked for: its times or its environment are not usable.',
    remedy: 'Change what the message names; `custody backfill --help` shows examples.',
  },
  BACKFILL_NO_POLLER: {
    retriable: false,
    meaning: 'No poller has ever written to this log, so nobody would serve a request.',
    remedy:
      'Start Custody with `npx pnpm@12 start`, or `custody poll`, on the same CUSTODY_DATA_DIR or KAFKA_BROKERS; then ask again.',
  },
});
