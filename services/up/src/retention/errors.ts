import { errorKinds } from '@custody/runtime';

export const retentionErrors = errorKinds({
  RETENTION_REFUSED: {
    retriable: false,
    meaning:
      'A hold cannot be placed or released as it was asked for: its times, its environment or its reason are not usable.',
    remedy: 'Change what the message names; `custody retention hold --help` shows examples.',
  },
});
