import { Counter, createMetrics, Gauge, Histogram, type Registry } from '@custody/runtime';
import { differenceKinds } from '@custody/store';

export type SealerMetrics = ReturnType<typeof createSealerMetrics>;

/** The sealer's own figures; only the one that leads moves them. */
export function createSealerMetrics() {
  const registry: Registry = createMetrics('sealer');
  const registers = [registry];
  const differences = new Counter({
    name: 'custody_sealer_verify_differences_total',
    help: 'Differences that were found and put on record, by kind; see custody.verifications.',
    labelNames: ['kind'],
    registers,
  });
  // There from the beginning, so that the first one is an increase.
  for (const kind of differenceKinds) differences.inc({ kind }, 0);
  return {
    registry,
    looks: new Counter({
      name: 'custody_sealer_looks_total',
      help: 'Looks for hours, days and months to seal, with their sealing.',
      registers,
    }),
    seals: new Counter({
      name: 'custody_sealer_seals_total',
      help: 'Seals of hours by state: complete, empty or incomplete.',
      labelNames: ['state'],
      registers,
    }),
    spans: new Counter({
      name: 'custody_sealer_spans_total',
      help: 'Days and months that were summed up, by span.',
      labelNames: ['span'],
      registers,
    }),
    interimSums: new Counter({
      name: 'custody_sealer_interim_sums_total',
      help: 'Hours, days and months that were summed up without being sealed, by span.',
      labelNames: ['span'],
      registers,
    }),
    reseals: new Counter({
      name: 'custody_sealer_reseals_total',
      help: 'Hours sealed anew, by cause: rows (stored or changed), listing (the source listed something else), dead_letters, verification (it was found to be wrong).',
      labelNames: ['cause'],
      registers,
    }),
    late: new Counter({
      name: 'custody_sealer_late_attempts_total',
      help: 'Attempts that took too long between looking at the clock and sealing, and count for nothing.',
      registers,
    }),
    waiting: new Gauge({
      name: 'custody_sealer_hours_waiting',
      help: 'Hours that are over and not sealed as they are now, by why they wait.',
      labelNames: ['why'],
      registers,
    }),
    oldestUnsealed: new Gauge({
      name: 'custody_sealer_oldest_unsealed_age_seconds',
      help: 'Age of the oldest hour that is over and not sealed as it is now; 0 where there is none.',
      registers,
    }),
    buildSeconds: new Histogram({
      name: 'custody_sealer_build_seconds',
      help: 'Time to sum up a batch of hours, a day or a month, by span.',
      labelNames: ['span'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
    decisions: new Counter({
      name: 'custody_sealer_decisions_total',
      help: 'Stored decisions that were summed up in sealed hours, each time anew.',
      registers,
    }),
    idleRows: new Counter({
      name: 'custody_sealer_idle_rows_total',
      help: 'Rollup rows deleted because no newest seal names their build.',
      registers,
    }),
    expiryRuns: new Counter({
      name: 'custody_sealer_expiry_runs_total',
      help: 'Looks for rows whose time has come, with their deletion.',
      registers,
    }),
    expiredRows: new Counter({
      name: 'custody_sealer_expired_rows_total',
      help: 'Rows deleted because of their age, by table; versions of a row that were not merged yet count each.',
      labelNames: ['table'],
      registers,
    }),
    lateRows: new Counter({
      name: 'custody_sealer_late_rows_total',
      help: 'Of those, rows that were stored after their hour had expired: no sum counts them.',
      labelNames: ['table'],
      registers,
    }),
    repairs: new Counter({
      name: 'custody_sealer_repairs_total',
      help: 'Hours that the poller was asked to read again.',
      registers,
    }),
    verified: new Counter({
      name: 'custody_sealer_verified_spans_total',
      help: 'Hours, days and months that were held against what they are of, by span.',
      labelNames: ['span'],
      registers,
    }),
    verifiedInVain: new Counter({
      name: 'custody_sealer_verified_in_vain_total',
      help: 'Likewise, without a result: something was stored or changed in them meanwhile.',
      registers,
    }),
    verifyFailures: new Counter({
      name: 'custody_sealer_verify_failures_total',
      help: 'Turns of verifying that failed and were left to the next one, by the error code.',
      labelNames: ['code'],
      registers,
    }),
    idRounds: new Counter({
      name: 'custody_sealer_verify_id_rounds_total',
      help: 'How often all ids were looked through for those that are stored at several times.',
      registers,
    }),
    verificationAge: new Gauge({
      name: 'custody_sealer_verify_oldest_age_seconds',
      help: 'Since when everything that is sealed was verified, or sealed for the first time: of the last 31 days (recent) and of all.',
      labelNames: ['which'],
      registers,
    }),
    differences,
    openDifferences: new Gauge({
      name: 'custody_sealer_verify_differences_open',
      help: 'Differences on record that were not found to be gone yet, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    retries: new Counter({
      name: 'custody_sealer_retries_total',
      help: 'Further tries after a failure that may pass, by what was tried and the error code.',
      labelNames: ['what', 'code'],
      registers,
    }),
  };
}
