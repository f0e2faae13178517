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
  DOCTOR_SUMS_DIFFER: {
    retriable: false,
    meaning: 'What is stored or summed up is not what it has to be.',
    remedy:
      'A running sealer finds and repairs the same within days; `custody doctor --repair` puts it on record and has it repaired now. See “Verification” in docs/operations.md.',
  },
  DOCTOR_CHAIN_BROKEN: {
    retriable: false,
    meaning: 'A seal of an hour was changed or taken away after it was written.',
    remedy:
      'Find out who or what changed the table custody_internal.seals: nothing of Custody ever does. A backup, or a report that names the digest, has what the seal said before.',
  },
  DOCTOR_DIFFERENCES_OPEN: {
    retriable: true,
    meaning: 'The verifier has found differences that are not gone yet.',
    remedy:
      'Ask the view custody.verifications for what was found and what is done about it; see “Verification” in docs/operations.md.',
  },
  DOCTOR_NOT_VERIFIED: {
    retriable: true,
    meaning: 'What is sealed was not verified for days.',
    remedy:
      'Look whether the sealer runs (`custody seal`), and raise CUSTODY_VERIFY_HOURS_PER_MINUTE where it does and cannot come round.',
  },
  DOCTOR_SEALING_BEHIND: {
    retriable: true,
    meaning: 'Hours that are proven are not sealed: they are answered from their rows, which takes longer.',
    remedy:
      'Wait while a history is read; otherwise look at the log of the sealer, and at custody_sealer_hours_waiting for why.',
  },
  DOCTOR_FACTS_UNREADABLE: {
    retriable: true,
    meaning:
      'Consents, ceilings, tool levels or names cannot be listed: decisions are attributed by what was listed last.',
    remedy: 'Look at the log of the poller for the reason; often the API key may not read them.',
  },
  DOCTOR_EVIDENCE_LATE: {
    retriable: true,
    meaning:
      'Detailed entries of decisions of more than a day ago are still to be read, and Permit may delete them before they are.',
    remedy:
      'Wait while a backfill is read; otherwise raise CUSTODY_REQUESTS_PER_MINUTE, or look in the log of the poller whether the key may read details.',
  },
  DOCTOR_UNSETTLED: {
    retriable: true,
    meaning: 'A re-attribution began and did not end: the hours that it touches are not sealed.',
    remedy: 'Look whether the consumer runs: whoever leads there goes on with it.',
  },
  DOCTOR_RETENTION_BLOCKED: {
    retriable: true,
    meaning:
      'Rows that are old enough to expire cannot: their hours are not sealed, or the policy names an environment that is not there.',
    remedy: '`custody retention` says which; an hour expires once it is sealed.',
  },
});
