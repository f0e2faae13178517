import { askForRepairs, type RepairLog } from '@custody/account';
import { formatTimestamp } from '@custody/decision';
import { type Difference, differenceKey, type FindingAction, type NewFinding, type OpenFinding } from '@custody/store';
import { isPastRetention } from '../plan-sealing.ts';
import type { VerifierStore } from './verifier-store.ts';

export interface RepairParts {
  readonly log: RepairLog;
  readonly store: Pick<VerifierStore, 'record' | 'reopen'>;
  /** How long the source keeps decisions, milliseconds. */
  readonly retentionMs: number;
  readonly requestedBy: string;
}

export interface Repairs {
  /** Those that were not on record yet. */
  readonly found: readonly NewFinding[];
  /** Hours that the poller was asked to read again. */
  readonly requested: number;
}

/** What the source can bring back, while it has it. */
const lost: readonly Difference['kind'][] = ['rows_missing', 'ids', 'content'];
/** What nobody can tell right from wrong. */
const untouched: readonly Difference['kind'][] = ['doubled', 'entries'];

function actionOf({ kind, startMs }: Difference, nowMs: number, retentionMs: number): FindingAction {
  if (untouched.includes(kind)) return 'reported';
  return lost.includes(kind) && !isPastRetention(startMs, nowMs, retentionMs) ? 'repair_requested' : 'resealed';
}

/**
 * Puts differences on record, has what is wrongly summed up not count any more, and has hours that lack rows read again.
 * On record first: what is repaired is no longer to be seen. What is on record already is only repaired again.
 */
export async function repairDifferences(
  { log, store, retentionMs, requestedBy }: RepairParts,
  differences: readonly Difference[],
  open: readonly OpenFinding[],
  nowMs: number,
  signal: AbortSignal,
): Promise<Repairs> {
  const known = new Set(open.map(differenceKey));
  const findings = differences.map((one): NewFinding => ({ ...one, action: actionOf(one, nowMs, retentionMs) }));
  const found = findings.filter((finding) => !known.has(differenceKey(finding)));
  await store.record(found, signal);
  const wrong = findings.filter(({ action }) => action !== 'reported');
  const spans = new Map(wrong.map((one) => [`${one.envId}/${one.span}/${one.startMs}`, one]));
  for (const span of spans.values()) await store.reopen(span, signal);
  const deficits = findings
    .filter(({ action }) => action === 'repair_requested')
    .map(({ envId, startMs, expected, found: had }) => ({
      ...{ envId, hour: formatTimestamp(startMs) },
      reason: `expected ${expected}; found ${had}`,
    }));
  const requests = await askForRepairs(log, { deficits, requestedBy, nowMs });
  return { found, requested: requests.length };
}
