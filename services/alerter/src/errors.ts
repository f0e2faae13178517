import { errorKinds } from '@custody/runtime';

export const alerterErrors = errorKinds({
  ALERTER_STARTING: {
    retriable: true,
    meaning: 'The alerter runs, but judges nothing yet: it waits for the store.',
    remedy: 'Wait; where it lasts, check that the store answers at CLICKHOUSE_URL.',
  },
  ALERTER_INTERRUPTED: {
    retriable: true,
    meaning: 'A look was given up, because another alerter leads now or the service is stopping.',
    remedy: 'Nothing to do: nothing of it counts, and whoever leads next looks at that time.',
  },
  ALERTER_JOURNAL_UNREADABLE: {
    retriable: false,
    meaning:
      'A record of the alerts topic was not written by this version of Custody, so that it cannot tell which alerts are open.',
    remedy:
      'Run the version that wrote it, or a newer one. Where no such version is at hand, delete the topic: open alerts are then forgotten.',
  },
  ALERTER_NOTHING_TO_REPLAY: {
    retriable: false,
    meaning:
      'A step of an alert cannot be judged again: there is none of that id, somebody acted and nothing was judged, or what was looked at has expired after 90 days.',
    remedy: 'Take the transition_id of a row of custody.alerts that is younger, and that nobody’s action led to.',
  },
});
