import type { FactMemory } from './known-facts.ts';
import type { KnownValues } from './second-cover.ts';

/** Values of facets that the facts name: tools, servers, and whoever may call. */
export function knownValuesOf(memory: FactMemory): KnownValues {
  return function* knownValues(dimension) {
    if (dimension === 'user') {
      yield* memory.callers();
      return;
    }
    for (const fact of memory.known('tool_level').current.values()) {
      if (fact.kind === 'tool_level') yield dimension === 'action' ? fact.tool : fact.server;
    }
  };
}
