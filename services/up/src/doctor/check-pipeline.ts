import { dayMs, formatTimestamp, hourMs, minuteMs } from '@custody/decision';
import { CustodyError, type Variables } from '@custody/runtime';
import {
  pollerReports,
  readHistoryAskedFor,
  readOpenFindings,
  readRetention,
  readRetentionReport,
  readUnsealedHours,
  readVerificationState,
  runQuery,
  type StoreClient,
  unsettledHours,
} from '@custody/store';
import { doctorErrors } from './errors.ts';
import { grouped } from './progress.ts';

const timeoutMs = 300_000;
/** Sealing waits for the lateness, and for the consumer. */
const usuallySealedMs = 3 * hourMs;
const settledWithinMs = 30 * minuteMs;
/** Everything of a month has its turn every day, unless there are many environments. */
const verifiedWithinMs = 3 * dayMs;
const recentMs = 31 * dayMs;
const mostUnsealed = 20_000;

/** Whether what decisions are attributed by can be listed. */
export async function checkFacts(store: StoreClient): Promise<string> {
  const reports = await runQuery(store, pollerReports, {});
  const failing = reports.filter(({ facts_unreadable }) => facts_unreadable.length > 0);
  if (failing.length === 0) return 'every kind can be listed, as the poller last reported';
  const texts = failing.map(({ env_id, facts_unreadable }) => `${env_id}: ${facts_unreadable.join(', ')}`);
  throw new CustodyError(doctorErrors.DOCTOR_FACTS_UNREADABLE, texts.join('\n'));
}

/**
 * Whether detailed entries are read before Permit deletes them. What happened before a first start of the last day is history:
 * nobody could read it before, however old it is.
 */
export async function checkEvidence(store: StoreClient, nowMs: number): Promise<string> {
  const sinceMs = nowMs - dayMs;
  const [reports, history] = await Promise.all([
    runQuery(store, pollerReports, {}),
    readHistoryAskedFor(store, sinceMs),
  ]);
  const found = reports.map((report) => {
    const { env_id, evidence_oldest_owed: oldest, evidence_deleted_first: deleted } = report;
    const oldestMs = oldest === null ? nowMs : Date.parse(oldest);
    const isHistory = history.some(({ envId, fromMs, toMs }) => {
      return envId === env_id && fromMs <= oldestMs && oldestMs < toMs;
    });
    const ofTime = oldest === null ? '' : `, the oldest of ${oldest}${isHistory ? ', history of the first start' : ''}`;
    const [owed, read] = [grouped(report.evidence_owed ?? 0), grouped(report.evidence_read ?? 0)];
    const text = `${env_id}: ${owed} owed${ofTime}, ${read} read, ${grouped(deleted ?? 0)} deleted first`;
    return { text, isLate: oldestMs < sinceMs && !isHistory };
  });
  const texts = found.map(({ text }) => text);
  if (found.some(({ isLate }) => isLate)) throw new CustodyError(doctorErrors.DOCTOR_EVIDENCE_LATE, texts.join('\n'));
  return texts.length === 0 ? 'no report of the poller yet' : texts.join('\n');
}

/** Whether re-attributions come to their end. */
export async function checkReattribution(store: StoreClient, nowMs: number): Promise<string> {
  const [row] = await runQuery(store, unsettledHours, {});
  if (row === undefined || row.hours === 0) return 'nothing is being attributed anew';
  const text = `${grouped(row.hours)} hours are being attributed anew, since ${formatTimestamp(row.since_ms)}`;
  if (nowMs - row.since_ms > settledWithinMs) throw new CustodyError(doctorErrors.DOCTOR_UNSETTLED, text);
  return text;
}

/** Whether what is proven is sealed. */
export async function checkSealing(store: StoreClient, nowMs: number): Promise<string> {
  const wanted = { endedByMs: nowMs - usuallySealedMs, asked: [], limit: mostUnsealed };
  const hours = await readUnsealedHours(store, wanted, { timeoutMs });
  const oldest = hours.at(-1);
  if (oldest === undefined) return 'every hour is sealed that ended three hours ago or before';
  const since = formatTimestamp(oldest.hourStartMs);
  const proven = hours.filter(({ listing }) => listing?.isProven === true).length;
  const text = `${grouped(hours.length)} hours are not sealed, the oldest ${since}; ${grouped(proven)} of them are proven`;
  if (proven > 0) throw new CustodyError(doctorErrors.DOCTOR_SEALING_BEHIND, text);
  return text;
}

/** How far the running verifier is, and what of what it found is not gone yet. */
export async function checkVerifier(store: StoreClient, nowMs: number): Promise<string> {
  const toMs = Number.MAX_SAFE_INTEGER;
  const recent = await readVerificationState(store, { fromMs: nowMs - recentMs, toMs }, { timeoutMs });
  const all = await readVerificationState(store, { fromMs: 0, toMs }, { timeoutMs });
  const open = await readOpenFindings(store);
  if (open.length > 0) {
    const texts = open
      .slice(0, 10)
      .map(({ envId, span, startMs, kind, subject, action }) =>
        [envId, span, formatTimestamp(startMs), kind, subject, action].filter((word) => word !== '').join(' '),
      );
    const text = [`${grouped(open.length)} differences are not gone yet:`, ...texts].join('\n');
    throw new CustodyError(doctorErrors.DOCTOR_DIFFERENCES_OPEN, text);
  }
  if (all.spans === 0) return 'nothing is sealed yet';
  const since = ({ spans, trustedSinceMs }: typeof all) => (spans === 0 ? 'none' : formatTimestamp(trustedSinceMs));
  const newest = all.newestMs === 0 ? 'never yet' : formatTimestamp(all.newestMs);
  const text = [
    `${grouped(all.verified)} of ${grouped(all.spans)} sealed hours, days and months verified, last ${newest}`,
    `everything of the last 31 days since ${since(recent)}, everything since ${since(all)}`,
  ].join('\n');
  if (recent.spans > 0 && nowMs - recent.trustedSinceMs > verifiedWithinMs) {
    throw new CustodyError(doctorErrors.DOCTOR_NOT_VERIFIED, text);
  }
  return text;
}

/** Whether what is to expire can. */
export async function checkRetention(store: StoreClient, variables: Variables, nowMs: number): Promise<string> {
  const report = await readRetentionReport(store, readRetention(variables), nowMs, { timeoutMs });
  const unknown = report.unknown_environments.map((name) => `a policy is for ${name}, of which nothing is stored`);
  const unsealed = report.tables.flatMap(({ env_name, table, unsealed: rows }) =>
    rows === null ? [] : [`${env_name}: ${grouped(rows.rows)} rows of ${table} wait for a seal, from ${rows.from} on`],
  );
  const faults = [...unknown, ...unsealed];
  if (faults.length > 0) throw new CustodyError(doctorErrors.DOCTOR_RETENTION_BLOCKED, faults.join('\n'));
  const isLimited = report.tables.some(({ retention_days }) => retention_days !== null);
  return isLimited ? 'what is old enough goes with the next expiry' : 'everything is kept for ever';
}
