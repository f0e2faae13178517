import { z } from 'zod';
import { formatTable } from './table.ts';
import type { View } from './views.ts';
import { instantText } from './wording.ts';

const coverage = z.object({
  env_id: z.string(),
  env_name: z.string(),
  oldest: z.string(),
  proven_until: z.string(),
  open_seconds: z.number(),
  blind_seconds: z.number(),
  unreadable_seconds: z.number(),
  reported: z
    .object({
      as_of: z.string(),
      rows_listed: z.number(),
      rows_read: z.number(),
      rows_missing: z.number(),
      oldest_open: z.string().nullable(),
      requests_spent: z.number(),
      requests_refused: z.number(),
      facts_unreadable: z.array(z.string()),
      // Absent in the answers of an older API, null where the poller is older.
      evidence_owed: z.number().nullish(),
      evidence_oldest_owed: z.string().nullish(),
      evidence_read: z.number().nullish(),
      evidence_deleted_first: z.number().nullish(),
    })
    .nullish(),
});
type CoverageRow = z.infer<typeof coverage>;

/** How far the source is read and proven, by what the store itself knows. */
function provenTable(rows: readonly CoverageRow[], timeZone: string): string {
  return formatTable(
    rows.map((row) => ({
      environment: row.env_name,
      [`history from (${timeZone})`]: instantText(row.oldest, timeZone),
      'proven until': instantText(row.proven_until, timeZone),
      open: secondsText(row.open_seconds),
      blind: secondsText(row.blind_seconds),
      unreadable: secondsText(row.unreadable_seconds),
      id: row.env_id,
    })),
  );
}

function ageText(since: string | null, at: string): string {
  return since === null ? '' : secondsText(Math.max(0, Date.parse(at) - Date.parse(since)) / 1000);
}

function secondsText(seconds: number): string {
  return `${Math.round(seconds).toLocaleString('en-US')} s`;
}

/** Each poller's own report, of its whole history; an environment whose poller never made one is left out. */
function reportedTable(rows: readonly CoverageRow[], timeZone: string): string {
  return formatTable(
    rows.flatMap(({ env_name, reported }) => {
      if (!reported) return [];
      return [
        {
          'reported by the poller': env_name,
          [`at (${timeZone})`]: instantText(reported.as_of, timeZone),
          listed: reported.rows_listed,
          read: reported.rows_read,
          missing: reported.rows_missing,
          'open since': instantText(reported.oldest_open, timeZone),
          'open for': ageText(reported.oldest_open, reported.as_of),
          requests: reported.requests_spent,
          refused: reported.requests_refused,
          'evidence owed': reported.evidence_owed,
          'oldest owed': instantText(reported.evidence_oldest_owed, timeZone),
          'evidence read': reported.evidence_read,
          'deleted first': reported.evidence_deleted_first,
          'facts unreadable': reported.facts_unreadable.join(', ') || 'none',
        },
      ];
    }),
  );
}

/** Coverage by environment, in two tables: what is proven, and what each poller says of itself. */
export const coverageView: View = (data, { timeZone }) => {
  const rows = z.array(coverage).parse(data);
  const isReported = rows.some(({ reported }) => reported);
  return [provenTable(rows, timeZone), ...(isReported ? ['', reportedTable(rows, timeZone)] : [])].join('\n');
};
