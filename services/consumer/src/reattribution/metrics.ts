import { Counter, Gauge, Histogram, type Registry } from '@custody/runtime';

export type ReattributionMetrics = ReturnType<typeof createReattributionMetrics>;

/** Figures of re-attribution; only the process that leads it moves them. */
export function createReattributionMetrics(registry: Registry) {
  const registers = [registry];
  return {
    rows: new Counter({
      name: 'custody_consumer_reattribution_rows_total',
      help: 'Stored decisions attributed anew because of late knowledge, by cause (correction, confirmation) and outcome: examined, changed.',
      labelNames: ['cause', 'outcome'],
      registers,
    }),
    jobs: new Counter({
      name: 'custody_consumer_reattribution_jobs_total',
      help: 'Re-attribution jobs finished, by cause: correction, or confirmation by the next listing.',
      labelNames: ['cause'],
      registers,
    }),
    seconds: new Histogram({
      name: 'custody_consumer_reattribution_seconds',
      help: 'Time for one step of a re-attribution job, at most one block of rows.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
    backlogHours: new Gauge({
      name: 'custody_consumer_reattribution_backlog_hours',
      help: 'Hours with stored decisions that jobs in progress have not worked off yet; jobs that wait are counted when they begin.',
      registers,
    }),
    position: new Gauge({
      name: 'custody_consumer_reattribution_position',
      help: 'Position in the grants topic up to which stored decisions know everything.',
      registers,
    }),
  };
}
