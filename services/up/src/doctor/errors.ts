import { errorKinds } from '@custody/runtime';

export const doctorErrors = errorKinds({
  DOCTOR_NO_DATA: {
    retriable: false,
    meaning: 'The data directory holds nothing of Custody.',
    remedy: 'Start Custody once with `npx pnpm@12 start`, or point CUSTODY_DATA_DIR at the directory it uses.',
  },
  DOCTOR_TOPICS_DIFFER: {
    retriable: false,
    meaning: 'Topics of the log are missing, or not as this version expects them.',
    remedy: 'Run `custody migrate` for what is missing; change the rest to what infra/kafka/topics.yaml says.',
  },
  DOCTOR_DECISIONS_DOUBLED: {
    retriable: false,
    meaning: 'A decision counts more than once in the store, which must never be.',
    remedy: 'Report it with the output of `custody doctor --json`; counts are too high until it is mended.',
  },
  DOCTOR_BLIND: {
    retriable: true,
    meaning: 'Time of the source is not proven to be read, or cannot be read.',
    remedy:
      'While history is being read that is normal; later ask the view custody.windows for what is not closed, and look at the log of the poller.',
  },
  DOCTOR_API_DOWN: {
    retriable: true,
    meaning: 'The API does not answer, or says that it is not ready.',
    remedy: 'Start Custody with `npx pnpm@12 start`, or set CUSTODY_URL to where it runs.',
  },
});
