import type { TimeRange } from '@custody/decision';
import { type AggregateRequest, everything } from '../src/index.ts';

/** How many decisions a range has, of everybody. */
export function countOfRange(range: TimeRange): AggregateRequest {
  return {
    selection: {
      ...{ range, scope: everything, filters: [], human: null, candidates: null },
      ...{ certainty: 'sure', reasonText: '' },
    },
    ...{ measures: ['decisions'], groupBy: [], limit: 1, timeZone: 'UTC' },
    order: { by: 'decisions', descending: true },
  };
}
