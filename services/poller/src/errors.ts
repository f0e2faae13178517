import { errorKinds } from '@custody/runtime';

export const pollerErrors = errorKinds({
  POLLER_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The log holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Choose another directory with CUSTODY_DATA_DIR, or remove this one if its data is not needed.',
  },
  POLLER_ENVIRONMENT_TWICE: {
    retriable: false,
    meaning: 'Two entries of the configuration are the same Permit environment.',
    remedy: 'Remove one of the two entries that the message names, or correct its key, project or environment.',
  },
});
