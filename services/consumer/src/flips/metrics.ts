import { Counter, Gauge, Histogram, type Registry } from '@custody/runtime';

export type FlipMetrics = ReturnType<typeof createFlipMetrics>;

/** Figures of the finding of flips; only the process that leads it moves them. */
export function createFlipMetrics(registry: Registry) {
  const registers = [registry];
  return {
    looks: new Counter({
      name: 'custody_consumer_flip_looks_total',
      help: 'Looks for hours whose decisions changed, with the finding of their flips.',
      registers,
    }),
    hours: new Counter({
      name: 'custody_consumer_flip_hours_total',
      help: 'Hours whose flips were found, each time anew.',
      registers,
    }),
    seconds: new Histogram({
      name: 'custody_consumer_flip_seconds',
      help: 'Time to find the flips of one step, an hour or several together.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
    backlogHours: new Gauge({
      name: 'custody_consumer_flip_backlog_hours',
      help: 'Hours whose decisions changed since their flips were found, as of the last look.',
      registers,
    }),
  };
}
