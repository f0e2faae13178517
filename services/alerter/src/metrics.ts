import { alertTransitionKinds } from '@custody/decision';
import { Counter, createMetrics, Gauge, Histogram, type Registry } from '@custody/runtime';

export type AlerterMetrics = ReturnType<typeof createAlerterMetrics>;

/** The alerter's own figures; only the one that leads moves them. */
export function createAlerterMetrics() {
  const registry: Registry = createMetrics('alerter');
  const registers = [registry];
  const transitions = new Counter({
    name: 'custody_alerter_transitions_total',
    help: 'Steps in the life of alerts that were put on record, by kind.',
    labelNames: ['kind'],
    registers,
  });
  // There from the beginning, so that the first one is an increase.
  for (const kind of alertTransitionKinds) transitions.inc({ kind }, 0);
  return {
    registry,
    transitions,
    tickSeconds: new Histogram({
      name: 'custody_alerter_tick_seconds',
      help: 'Time of a look at everything, from reading the store until its outcome counts.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    ticks: new Counter({
      name: 'custody_alerter_ticks_total',
      help: 'Ticks by what became of them: judged, failed (tried again at the next), skipped (the one before still ran), overtaken (another alerter was first).',
      labelNames: ['outcome'],
      registers,
    }),
    lastTick: new Gauge({
      name: 'custody_alerter_last_tick_timestamp_seconds',
      help: 'The moment that was judged last.',
      registers,
    }),
    openAlerts: new Gauge({
      name: 'custody_alerter_open_alerts',
      help: 'Alerts that are open and told, by severity.',
      labelNames: ['severity'],
      registers,
    }),
    pastMoments: new Gauge({
      name: 'custody_alerter_past_moments',
      help: 'Past moments that are still to be looked at again, because rows came late or nobody looked at the time.',
      registers,
    }),
    coarseEnvironments: new Gauge({
      name: 'custody_alerter_coarse_environments',
      help: 'Environments whose denials were too many in an hour to be compared minute by minute, as of the last comparison, by how they were compared.',
      labelNames: ['detail'],
      registers,
    }),
    retries: new Counter({
      name: 'custody_alerter_retries_total',
      help: 'Further tries after a failure that may pass, by what was tried and the error code.',
      labelNames: ['what', 'code'],
      registers,
    }),
  };
}
