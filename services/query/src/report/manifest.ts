import type { ArchivedFile } from './archive.ts';
import type { Report } from './report.ts';

/** Of the manifest's form; grows when a field changes its meaning, not when one is added. */
const manifestVersion = 1;
const product = { name: 'custody', version: '0.1.0' } as const;

const iso = (epochMs: number) => new Date(epochMs).toISOString();

/**
 * What a program needs to check a report: period, scope, counts and the digest of every other file. It says nothing of
 * itself, so that files which vouch for it can be added beside it.
 */
export function manifestOf(report: Report, page: ArchivedFile): object {
  const { scope, proof, tally, crossCheck, files, expired } = report;
  return {
    kind: 'custody.compliance-report',
    version: manifestVersion,
    generator: product,
    ...(report.isDemo ? { demo: true } : {}),
    period: { from: iso(scope.range.fromMs), to: iso(scope.range.toMs), time_zone: scope.timeZone },
    scope: scope.filters.map(({ name, asked, keys }) => ({ filter: name, asked, keys })),
    environments: proof.coverage.map(({ env_id, env_name, oldest, proven_until }) => ({
      env_id,
      env_name,
      history_begins: oldest,
      proven_until,
    })),
    rows_read: { from: iso(report.readFromMs), to: iso(report.readToMs) },
    proof: {
      as_of: iso(proof.atMs),
      proven: proof.isProven,
      sealed: proof.isSealed,
      history_begins_inside: proof.beginsBefore,
      gaps: proof.gaps.length,
      hours_complete: proof.sealed.complete,
      hours_empty: proof.sealed.empty,
      hours_not_sealed: proof.unsealed.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 3_600_000, 0),
    },
    ...(expired === null ? {} : { expired }),
    counts: {
      ...tally.total,
      possible: tally.possible.decisions,
      agents: tally.agents.size,
      humans: [...tally.humans.values()].filter(({ decisions }) => decisions > 0).length,
      access_changes: report.changes.length,
    },
    cross_check: crossCheck,
    files: [...files, page],
  };
}
