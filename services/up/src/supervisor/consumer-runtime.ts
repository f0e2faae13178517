import type { ServiceRuntime } from './service-process.ts';

/**
 * How the consumer's runtime keeps house. It works through a stream, and little of what it makes lives long: a young
 * generation of the default size triples its resident memory and saves no time.
 */
export const consumerRuntime: ServiceRuntime = {
  options: ['--max-semi-space-size=4', '--initial-old-space-size=64'],
};
