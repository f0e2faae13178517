import type { ServiceRuntime } from './service-process.ts';

/**
 * How the query service's runtime keeps house: what an answer is made of lives as long as the answer. A young generation of the
 * default size grows with the load, and what is resident with it. So does what the C library keeps for threads that compile,
 * collect and compress now and then: each had a place of its own, which is hardly ever given back.
 */
export const queryRuntime: ServiceRuntime = {
  options: ['--max-semi-space-size=4', '--max-old-space-size=192'],
  variables: { MALLOC_ARENA_MAX: '1' },
};
