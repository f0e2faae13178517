import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A registry of its own for one service, with the process's own figures; nothing global. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What `/metrics` answers with. */
export type MetricsText = Pick<Registry, 'contentType' | 'metrics'>;

/**
 * One text from the process's registry and those of its parts, in which the same names occur again and again: the parts
 * differ by their default labels. A name of the process's own must be in no part.
 */
export function joinMetrics(own: Registry, parts: readonly Registry[]): MetricsText {
  return {
    contentType: own.contentType,
    async metrics() {
      const values = await Promise.all(parts.map((part) => part.getMetricsAsJSON()));
      return (await own.metrics()) + (await AggregatorRegistry.aggregate(values).metrics());
    },
  };
}
