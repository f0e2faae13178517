import { errorKinds } from '@custody/runtime';

export const sealerErrors = errorKinds({
  SEALER_STARTING: {
    retriable: true,
    meaning: 'The sealer runs, but seals nothing yet: it waits for the store.',
    remedy: 'Wait; where it lasts, check that the store answers at CLICKHOUSE_URL.',
  },
  SEALER_INTERRUPTED: {
    retriable: true,
    meaning: 'The sealing of an hour was given up, because another sealer leads now or the service is stopping.',
    remedy: 'Nothing to do: nothing of it counts, and the hour is sealed by whoever leads next.',
  },
});
