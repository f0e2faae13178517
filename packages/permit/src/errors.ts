import { errorKinds } from '@custody/runtime';

/** How a call to Permit can fail. Whoever calls decides by code and `retriable`; no text is ever parsed. */
export const permitErrors = errorKinds({
  PERMIT_KEY_REJECTED: {
    retriable: false,
    meaning: 'Permit refused the API key.',
    remedy:
      'Check PERMIT_API_KEY, or the key of this environment in custody.config.yaml: it must be valid and may read the audit log, the facts and the schema of the environment.',
  },
  PERMIT_UNREACHABLE: {
    retriable: true,
    meaning: 'The Permit API could not be reached.',
    remedy: 'Check PERMIT_API_URL, DNS, proxies and the network; Custody goes on trying.',
  },
  PERMIT_TIMEOUT: {
    retriable: true,
    meaning: 'The Permit API did not answer in time.',
    remedy: 'None if it passes; otherwise check the network between Custody and the Permit API.',
  },
  PERMIT_SERVER_FAULT: {
    retriable: true,
    meaning: 'The Permit API answered with a fault of its own (5xx).',
    remedy: 'None if it passes; otherwise see the status page of Permit.',
  },
  PERMIT_THROTTLED: {
    retriable: true,
    meaning: 'Permit asks for fewer requests (429).',
    remedy: 'None: Custody slows down by itself. If it lasts, something else uses up the limit of this API key.',
  },
  PERMIT_BAD_RESPONSE: {
    retriable: true,
    meaning: 'An answer of the Permit API was cut off or is not what its documentation describes.',
    remedy:
      'None if it passes; otherwise check that PERMIT_API_URL names the Permit API, and no proxy changes its answers.',
  },
  PERMIT_TOO_MANY_RESULTS: {
    retriable: false,
    meaning: 'A query reached past the number of results that Permit hands out for one query.',
    remedy: 'Ask for a shorter time range or a narrower facet.',
  },
  PERMIT_LISTING_UNSTABLE: {
    retriable: true,
    meaning: 'A listing changed each time it was read, so that no reading of it is known to be whole.',
    remedy: 'None if it passes; facts keep their last known state meanwhile.',
  },
  PERMIT_NOT_FOUND: {
    retriable: false,
    meaning: 'The Permit API has no such project, environment or address.',
    remedy: 'Check PERMIT_API_URL (https://api.permit.io, or your region), PERMIT_PROJECT and PERMIT_ENV.',
  },
  PERMIT_REQUEST_REJECTED: {
    retriable: false,
    meaning: 'The Permit API refused a request as invalid.',
    remedy: 'Check PERMIT_API_URL; if it is right, this version of Custody and that of the API do not fit.',
  },
  PERMIT_ENVIRONMENT_AMBIGUOUS: {
    retriable: false,
    meaning: 'The API key sees several environments, and none is chosen.',
    remedy: 'Set PERMIT_PROJECT and PERMIT_ENV to one of those listed.',
  },
  PERMIT_ENVIRONMENT_UNKNOWN: {
    retriable: false,
    meaning: 'The API key does not see the environment that is configured.',
    remedy: 'Correct PERMIT_PROJECT and PERMIT_ENV, or unset them where the key is of one environment.',
  },
  PERMIT_CANCELLED: {
    retriable: false,
    meaning: 'A call to Permit was given up because its caller no longer wants the answer.',
    remedy: 'None: this is how a shutdown ends calls under way.',
  },
});
