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
    meaning: 'The cursor, or the id of an event, is not one that this service gave out.',
    remedy: 'Pass meta.next of the page before, or an event’s id, as it came, or leave it out to start again.',
  },
  QUERY_TOO_MANY_EXPORTS: {
    retriable: true,
    meaning: 'As many exports and reports are under way as may be at once.',
    remedy: 'Ask again when one of them is done; see Retry-After.',
  },
  QUERY_NOT_FOUND: {
    retriable: false,
    meaning: 'There is no decision, agent, human, server, alert, silence or rule of this name in the store.',
    remedy: 'Check the name, or widen the range with from=; a decision appears some seconds after it was made.',
  },
  QUERY_UNKNOWN_ROUTE: {
    retriable: false,
    meaning: 'There is nothing at this path.',
    remedy: 'See /docs or /openapi.json for what there is.',
  },
  QUERY_WRONG_METHOD: {
    retriable: false,
    meaning: 'There is something at this path, but not with this method.',
    remedy: 'Ask with one of the methods that the header Allow names.',
  },
  QUERY_TOKEN_REQUIRED: {
    retriable: false,
    meaning: 'The request carries no token, or one that is not valid: unknown here, revoked, or expired.',
    remedy:
      'Send Authorization: Bearer with a valid token (the commands take it from CUSTODY_TOKEN). `custody token create` makes one; whoever has none left starts the service with CUSTODY_ADMIN_TOKEN.',
  },
  QUERY_NOT_ALLOWED: {
    retriable: false,
    meaning: 'The token does not allow this: its scope is too small.',
    remedy:
      'Use a token of the scope that the message names; scopes are read, export, operate and admin, each with those before it.',
  },
  QUERY_BEYOND_RESTRICTION: {
    retriable: false,
    meaning: 'The question is about more than the token may see, so that no part of the answer can be given.',
    remedy: 'Ask about what the token is restricted to, or use one that is restricted to environments only.',
  },
  QUERY_TOO_MANY_REQUESTS: {
    retriable: true,
    meaning:
      'The token has used what it may for now; limit, allowed, used and reset_seconds say of what and for how long.',
    remedy: 'Wait for as long as Retry-After says, ask less often or for less, or raise the limit (CUSTODY_LIMIT_…).',
  },
  QUERY_FIRST_TOKEN: {
    retriable: false,
    meaning: 'There is no token yet, and the one that was to be made could not make others.',
    remedy: 'Make one of scope admin first and keep it: `custody token create --name NAME --scope admin`.',
  },
  QUERY_NAME_TAKEN: {
    retriable: false,
    meaning: 'A valid token has that name already.',
    remedy: 'Choose another name, or revoke the token first.',
  },
  QUERY_ALERT_OVER: {
    retriable: false,
    meaning: 'The alert is over, or is told with another one by now: nothing can be done to it.',
    remedy: 'Look at it again; where it went into another alert, act on that one.',
  },
  QUERY_BAD_RULES: {
    retriable: false,
    meaning:
      'Rules that cannot be understood; faults lists everything that is wrong, with its place and what would be right.',
    remedy:
      'Correct every fault that is listed; docs/alert-rules.md has all keys, `custody rules test FILE` checks a file.',
  },
  QUERY_RULE_OF_FILE: {
    retriable: false,
    meaning: 'The rule stands in the file of rules, which nothing over the API changes; file and line say where.',
    remedy: 'Change it there, or give the rule of the API another name.',
  },
  QUERY_RULE_OF_CUSTODY: {
    retriable: false,
    meaning: 'The rule comes with Custody and cannot be deleted.',
    remedy: 'Make one of the same name with enabled: false, which stands in for it.',
  },
  QUERY_RULE_CHANGED: {
    retriable: false,
    meaning:
      'The rule that the change goes by is not the one that runs; version names that, and is null where none does.',
    remedy: 'Look at the rule as it is now, and make the change to that; If-Match takes its version.',
  },
  QUERY_BACKTEST_BUSY: {
    retriable: true,
    meaning: 'A back-test is under way already: one is run at a time.',
    remedy: 'Ask again when it is done; see Retry-After.',
  },
  QUERY_BACKTEST_TOO_LARGE: {
    retriable: false,
    meaning: 'The back-test takes longer, or holds more, than one may.',
    remedy: 'Choose a shorter range, fewer environments (env), or a limit that is reached less often.',
  },
  QUERY_FOREIGN_HOST: {
    retriable: false,
    meaning: 'The request came under a name that is not this machine’s own, which a page of another site could do.',
    remedy: 'Use http://127.0.0.1 or http://localhost, send a token, or set CUSTODY_ADMIN_TOKEN.',
  },
  QUERY_TOO_MANY_STREAMS: {
    retriable: true,
    meaning: 'As many clients follow decisions as this service takes.',
    remedy: 'Connect again later, to another replica, or raise CUSTODY_STREAM_CLIENTS.',
  },
  QUERY_INTERNAL: {
    retriable: false,
    meaning: 'A fault of the service itself.',
    remedy: 'Report it with the request id; the log has the details.',
  },
});
