import { errorKinds } from '@custody/runtime';

export const pollerErrors = errorKinds({
  POLLER_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The log holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Choose another directory with CUSTODY_DATA_DIR, or remove this one if its data is not needed.',
  },
});
