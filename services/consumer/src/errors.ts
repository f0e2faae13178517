import { errorKinds } from '@custody/runtime';

export const consumerErrors = errorKinds({
  CONSUMER_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The log holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Point the consumer at the log of its own kind of source with CUSTODY_DATA_DIR.',
  },
  CONSUMER_INTERRUPTED: {
    retriable: true,
    meaning: 'A batch was given up before it was stored, because its partition was lost or the service is stopping.',
    remedy: 'Nothing to do: the batch was not committed and is read again.',
  },
});
