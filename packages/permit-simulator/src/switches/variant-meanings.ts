import type { Variants } from '../variants.ts';

type Meanings<Value> = Readonly<Record<`${Value & (string | number | boolean)}`, string>>;

/** Every value of every variant with what it means, for help texts and for reading values from text. */
export const variantMeanings: { readonly [Name in keyof Variants]: Meanings<Variants[Name]> } = {
  order: { 'newest-first': 'by timestamp, newest first', 'oldest-first': 'by timestamp, oldest first' },
  sortByNone: { 'as-timestamp': 'sort_by=None sorts by timestamp too', unordered: 'sort_by=None lists in no order' },
  ties: {
    stable: 'equal timestamps keep their order',
    shuffled: 'equal timestamps come in another order with each request',
  },
  pageOrder: { sorted: 'a page is in order', shuffled: 'the entries of a page come in no order' },
  lowerBound: {
    inclusive: 'timestamp_from=N lists an entry at N.0',
    exclusive: 'timestamp_from=N lists from just after N.0',
    'whole-second': 'timestamp_from=N lists from N+1 on: fractions are cut before comparing with "greater"',
  },
  upperBound: {
    inclusive: 'timestamp_to=N lists N.0 and nothing of N.5',
    exclusive: 'timestamp_to=N does not list N.0',
    'whole-second': 'timestamp_to=N lists all of second N: fractions are cut before comparing',
  },
  totalCount: {
    exact: 'all matches, however many',
    capped: 'at most the 10,000 that can be reached',
    estimated: 'above 10,000 an estimate that changes from request to request',
    absent: 'no counts at all',
  },
  paginationCount: {
    reachable: 'pagination_count is at most 10,000',
    total: 'pagination_count is total_count again',
    absent: 'no pagination_count',
  },
  pageCount: { present: 'there is a page_count', absent: 'no page_count' },
  resources: {
    type: 'the filter takes linear',
    instance: 'the filter takes linear:linear',
    both: 'the filter takes either',
  },
  arrays: {
    repeated: 'users=a&users=b; users[]=a is ignored without a word',
    'brackets-too': 'users[]=a filters as well',
  },
  bulk: {
    many: 'each check of a permit/bulk call is an entry of its own',
    one: 'a permit/bulk call is one entry without action, resource type and decision',
  },
  idForm: {
    stable: 'an entry keeps its form of id, with or without hyphens',
    changing: 'an entry comes now with and now without hyphens',
  },
  rawDataOnList: { true: 'the list carries raw_data', false: 'the list carries none of raw_data, input, result' },
  inputOnList: { true: 'the list carries input and result', false: 'the list adds no input and result' },
  createdAtOnList: {
    some: 'four of five entries carry created_at',
    always: 'every entry carries created_at',
    never: 'no entry carries created_at',
  },
  retryAfter: {
    seconds: 'a 429 says Retry-After in seconds',
    date: 'a 429 says Retry-After as an HTTP date',
    absent: 'a 429 says nothing',
  },
  wrongKeyStatus: { 401: 'an unknown key gets 401', 403: 'an unknown key gets 403' },
};
