import { errorKinds } from '@custody/runtime';

export const deadLetterErrors = errorKinds({
  DEAD_LETTERS_REFUSED: {
    retriable: false,
    meaning:
      'Dead letters cannot be chosen as they were asked for: a time, a fault, an hour or a number is not usable.',
    remedy: 'Change what the message names; `custody dead-letters list --help` shows examples.',
  },
  DEAD_LETTERS_NO_LOG: {
    retriable: false,
    meaning: 'There is no log where the settings say, so there is nothing to look for dead letters in.',
    remedy: 'Set CUSTODY_DATA_DIR or KAFKA_BROKERS to what the pipeline uses, or start it with `npx pnpm@12 start`.',
  },
  DEAD_LETTER_UNKNOWN: {
    retriable: false,
    meaning: 'No dead letter has this origin: it is misspelt, or older than what the log keeps of them (400 days).',
    remedy: 'Take the origin from `custody dead-letters list --all`, e.g. custody.decisions.v1/3/1042.',
  },
});
