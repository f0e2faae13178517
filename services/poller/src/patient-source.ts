import type { Patience } from '@custody/runtime';
import type { DecisionSource } from './source.ts';

/** A source whose passing failures are tried again: the same interface, wrapped. */
export function withPatience(source: DecisionSource, patiently: Patience): DecisionSource {
  return {
    listDecisions: (request, signal) =>
      patiently('list decisions', signal, () => source.listDecisions(request, signal)),
    countDecisions: (range, facet, options = {}) =>
      patiently('count decisions', options.signal, () => source.countDecisions(range, facet, options)),
  };
}
