import { explainDenial } from '@custody/decision';
import type { StoredDecision } from '@custody/store';
import type { ExportColumn } from '../export/column.ts';
import type { LocalClock } from './local-clock.ts';

/** The columns of the report's files of decisions. */
export const reportColumns: readonly ExportColumn[] = [
  { name: 'time', kind: 'time' },
  { name: 'local_time', kind: 'text' },
  { name: 'environment', kind: 'text' },
  { name: 'env_id', kind: 'text' },
  { name: 'agent', kind: 'text' },
  { name: 'agent_name', kind: 'text' },
  { name: 'human', kind: 'text' },
  { name: 'human_name', kind: 'text' },
  { name: 'human_email', kind: 'text' },
  { name: 'attribution', kind: 'text' },
  { name: 'possible', kind: 'flag' },
  { name: 'human_candidates', kind: 'list' },
  { name: 'server', kind: 'text' },
  { name: 'tool', kind: 'text' },
  { name: 'decision', kind: 'text' },
  { name: 'reason_code', kind: 'text' },
  { name: 'reason', kind: 'text' },
  { name: 'remedy', kind: 'text' },
  { name: 'decision_id', kind: 'text' },
];

/** A decision of a report with what is worked out of it once. */
export interface ReportedDecision {
  readonly row: StoredDecision;
  readonly atMs: number;
  /** It may be the asked human's although it is not known. */
  readonly isPossible: boolean;
  /** What would have let it pass, by code and in words; nothing where it was not denied. */
  readonly remedies: readonly { readonly code: string; readonly sentence: string }[];
}

/** `asksForPossible`: the selection holds rows that only may be the asked human's, which name nobody. */
export function reported(row: StoredDecision, asksForPossible: boolean): ReportedDecision {
  return {
    row,
    atMs: Date.parse(row.occurred_at),
    isPossible: asksForPossible && row.human_key === '',
    remedies: row.decision === 'deny' ? (explainDenial(row)?.remedies ?? []) : [],
  };
}

/** What has to change, all of it together. */
export function remedyText(remedies: ReportedDecision['remedies']): string {
  return remedies.map(({ sentence }) => sentence).join('; and: ');
}

/** The row of the files, by column. */
export function reportRow({ row, atMs, isPossible, remedies }: ReportedDecision, clock: LocalClock) {
  return {
    time: row.occurred_at,
    local_time: clock.format(atMs),
    environment: row.env_name,
    env_id: row.env_id,
    agent: row.agent_key,
    agent_name: row.agent_name,
    human: row.human_key,
    human_name: row.human_name,
    human_email: row.human_email,
    attribution: row.attribution,
    possible: isPossible,
    human_candidates: row.human_candidates,
    server: row.server,
    tool: row.tool,
    decision: row.decision,
    reason_code: row.reason_code,
    reason: row.reason,
    remedy: remedyText(remedies),
    decision_id: row.decision_id,
  };
}
