import { z } from 'zod';
import { defineQuery } from '../query.ts';

/** What each environment's poller last reported of its whole history. */
export const pollerReports = defineQuery({
  name: 'coverage.reports',
  sql: `SELECT env_id, as_of, rows_listed, rows_read, rows_missing, oldest_open, requests_spent, requests_refused,
    requests_per_minute, facts_unreadable, evidence_owed, evidence_oldest_owed, evidence_read, evidence_deleted_first
FROM custody_internal.poller_reports FINAL
ORDER BY env_id`,
  params: z.object({}),
  row: z.object({
    env_id: z.string(),
    as_of: z.string(),
    rows_listed: z.number(),
    rows_read: z.number(),
    rows_missing: z.number(),
    oldest_open: z.string().nullable(),
    requests_spent: z.number(),
    requests_refused: z.number(),
    requests_per_minute: z.number().nullable(),
    facts_unreadable: z.array(z.string()),
    evidence_owed: z.number().nullable().describe('Decisions whose detailed entry is still to be read'),
    evidence_oldest_owed: z.string().nullable().describe('When the oldest of them occurred: Permit deletes it first'),
    evidence_read: z.number().nullable().describe('Detailed entries read since the first start'),
    evidence_deleted_first: z.number().nullable().describe('Deleted by Permit before they were read, likewise'),
  }),
});
