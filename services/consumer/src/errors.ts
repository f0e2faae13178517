import { errorKinds } from '@custody/runtime';

export const consumerErrors = errorKinds({
  CONSUMER_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The log holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Point the consumer at the log of its own kind of source with CUSTODY_DATA_DIR.',
  },
  CONSUMER_STARTING: {
    retriable: true,
    meaning: 'The consumer runs, but takes no decisions yet: it waits for the store, or reads the grants topic.',
    remedy: 'Wait; where it lasts, check that the store answers at CLICKHOUSE_URL.',
  },
  CONSUMER_INTERRUPTED: {
    retriable: true,
    meaning: 'A batch was given up before it was stored, because its partition was lost or the service is stopping.',
    remedy: 'Nothing to do: the batch was not committed and is read again.',
  },
});
