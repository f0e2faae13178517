import { errorKinds } from '@custody/runtime';

export const queryErrors = errorKinds({
  QUERY_UNKNOWN_PARAMETER: {
    retriable: false,
    meaning: 'A query parameter that the operation does not have.',
    remedy: 'Use one of the parameters that the message lists; /docs explains them.',
  },
  QUERY_BAD_PARAMETER: {
    retriable: false,
    meaning: 'A parameter’s value cannot be understood.',
    remedy: 'Correct the value as the message says; /docs has examples.',
  },
  QUERY_BAD_RANGE: {
    retriable: false,
    meaning: 'The range of time is empty or runs backwards.',
    remedy: 'Give a from that is earlier than to; ranges are half-open, from ≤ t < to.',
  },
  QUERY_TOO_MANY_BUCKETS: {
    retriable: false,
    meaning: 'The range holds more buckets, or groups times buckets, than one answer may have.',
    remedy: 'Choose a larger bucket, a shorter range, or fewer groups with top=.',
  },
  QUERY_AMBIGUOUS_NAME: {
    retriable: false,
    meaning: 'A name or address in a filter belongs to several agents or humans; nobody is guessed.',
    remedy: 'Use one of the keys that are listed (matches), or name* for all whose name begins so.',
  },
  QUERY_BAD_CURSOR: {
    retriable: false,
    meaning: 'The cursor is not one that this service gave out.',
    remedy: 'Pass meta.next of the page before as it came, or leave cursor out to start again.',
  },
  QUERY_TOO_MANY_EXPORTS: {
    retriable: true,
    meaning: 'As many exports and reports are under way as may be at once.',
    remedy: 'Ask again when one of them is done; see Retry-After.',
  },
  QUERY_NOT_FOUND: {
    retriable: false,
    meaning: 'There is no decision, agent, human or server of this name in the store.',
    remedy: 'Check the name, or widen the range with from=; a decision appears some seconds after it was made.',
  },
  QUERY_UNKNOWN_ROUTE: {
    retriable: false,
    meaning: 'There is nothing at this path, or not with this method.',
    remedy: 'See /docs or /openapi.json for what there is.',
  },
  QUERY_TOKEN_REQUIRED: {
    retriable: false,
    meaning: 'The request carries no token, or one that is not valid.',
    remedy: 'Send Authorization: Bearer with the token that CUSTODY_ADMIN_TOKEN holds.',
  },
  QUERY_FOREIGN_HOST: {
    retriable: false,
    meaning: 'The request came under a name that is not this machine’s own, which a page of another site could do.',
    remedy: 'Use http://127.0.0.1 or http://localhost, or set CUSTODY_ADMIN_TOKEN.',
  },
  QUERY_INTERNAL: {
    retriable: false,
    meaning: 'A fault of the service itself.',
    remedy: 'Report it with the request id; the log has the details.',
  },
});
