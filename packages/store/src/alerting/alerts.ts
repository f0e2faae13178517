import { alertStatuses, severities, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import { alertTransitionColumns, alertTransitionRow } from '../alerts/read-transitions.ts';
import { Binder, question } from '../questions/question.ts';
import type { Scope } from '../questions/scope.ts';
import { instantSql } from '../questions/selection.ts';
import { findingKinds, saidKinds, stepsInScope } from './alert-steps.ts';

/** What alerts are asked for by, each with one or more names that an alert has of it. */
const labels = {
  status: ['status'],
  env: ['env_id', 'env_name'],
  rule: ['rule'],
  detector: ['detector'],
  severity: ['severity'],
  kind: ['subject_kind'],
  key: ['subject_key'],
  agent: [
    'subject_agent',
    `substring(subject_agent, position(subject_agent, '|') + 1)`,
    `if(subject_kind = 'agent', subject_name, '')`,
  ],
  human: [
    'subject_human',
    `substring(subject_human, position(subject_human, '|') + 1)`,
    `if(subject_kind = 'human', subject_name, '')`,
  ],
  server: ['subject_server'],
} as const;
export type AlertLabel = keyof typeof labels;
export const alertLabels = Object.keys(labels) as AlertLabel[];

/** Where a text is searched: only in what the caller is shown. */
const searched = ['found_title', 'opened_title', 'found_sentence', 'subject_key', 'subject_name', 'rule', 'env_name'];

interface LabelValue {
  readonly text: string;
  readonly isPrefix: boolean;
  readonly isNegated: boolean;
}

export interface AlertsWanted {
  /** Alerts that were open at some time of it. */
  readonly range: TimeRange;
  readonly scope: Scope;
  readonly filters: Readonly<Partial<Record<AlertLabel, readonly LabelValue[]>>>;
  /** In title, sentence and names, upper and lower case alike. Default: any. */
  readonly text?: string | undefined;
}

export interface AlertPosition {
  readonly openedAtMs: number;
  readonly alertId: string;
}

function filterSql(label: AlertLabel, values: readonly LabelValue[], binder: Binder): string[] {
  const any = (isNegated: boolean) => {
    const fits = values
      .filter((value) => value.isNegated === isNegated)
      .flatMap(({ text, isPrefix }) => {
        const bound = binder.bind(text, 'String');
        return labels[label].map((name) => (isPrefix ? `startsWith(${name}, ${bound})` : `${name} = ${bound}`));
      });
    return fits.length === 0 ? [] : [`(${fits.join(' OR ')})`];
  };
  return [...any(false), ...any(true).map((condition) => `NOT ${condition}`)];
}

/** The last step of each alert, with what was said and done before it; `ofAlerts`: conditions on the alerts. */
function lastSteps(scope: Scope, binder: Binder, ofAlerts: readonly string[] = []): string {
  const isSaid = `kind IN ${binder.bind(saidKinds(scope), 'Array(String)')}`;
  const isFinding = `kind IN ${binder.bind(findingKinds, 'Array(String)')}`;
  const openedSequence = `maxIf(sequence, kind IN ('opened', 'reopened')) OVER one`;
  const isAcknowledged = `maxIf(sequence, kind = 'acknowledged') OVER one > ${openedSequence}`;
  // Later steps tell what became of it; what it is about, and what is told with it, those tell that say what was found.
  const known = `${openedSequence} AS opened_sequence, argMin(title, sequence) OVER one AS opened_title,
    argMaxIf(title, sequence, ${isSaid}) OVER one AS found_title,
    argMaxIf(is_late, sequence, kind IN ('opened', 'reopened')) OVER one AS found_late,
    argMaxIf(sentence, sequence, ${isSaid}) OVER one AS found_sentence,
    argMaxIf(details, sequence, ${isFinding}) OVER one AS found_details,
    if(${isAcknowledged}, argMaxIf(actor, sequence, kind = 'acknowledged') OVER one, '') AS acknowledged_by,
    if(${isAcknowledged}, maxIf(at, kind = 'acknowledged') OVER one, NULL) AS acknowledged_at`;
  return `(SELECT *, ${known} FROM ${stepsInScope(scope, binder, ofAlerts)}
  WINDOW one AS (PARTITION BY alert_id) ORDER BY alert_id, sequence DESC LIMIT 1 BY alert_id)`;
}

function wantedSql({ range, scope, filters, text = '' }: AlertsWanted, binder: Binder): string {
  const conditions = [
    `opened_at < ${instantSql(range.toMs, binder)}`,
    `(resolved_at IS NULL OR resolved_at >= ${instantSql(range.fromMs, binder)})`,
    ...alertLabels.flatMap((label) => filterSql(label, filters[label] ?? [], binder)),
  ];
  if (text !== '') {
    const bound = binder.bind(text, 'String');
    conditions.push(`arrayExists(it -> positionCaseInsensitiveUTF8(it, ${bound}) > 0, [${searched.join(', ')}])`);
  }
  return `${lastSteps(scope, binder)}
WHERE ${conditions.join(' AND ')}`;
}

/** An alert by its last step. */
export const alertRow = alertTransitionRow.extend({
  /** Of the first step. */
  openedTitle: z.string(),
  /** Of the last step that said what was found. */
  foundTitle: z.string(),
  /** And its sentence. */
  foundSentence: z.string(),
  /** Whether it opened last of rows that were read late. */
  foundLate: z.boolean(),
  /** Of the last step that opened it. */
  openedSequence: z.number(),
  /** JSON like `details`, as they were then. */
  foundDetails: z.string(),
  /** Since it opened last; `''` for nobody. */
  acknowledgedBy: z.string(),
  acknowledgedAtMs: z.number().nullable(),
});

const alertColumns = `${alertTransitionColumns}, opened_title AS openedTitle, found_title AS foundTitle, found_sentence AS foundSentence,
  found_late AS foundLate, opened_sequence AS openedSequence,
  found_details AS foundDetails, acknowledged_by AS acknowledgedBy, toUnixTimestamp64Milli(acknowledged_at) AS acknowledgedAtMs`;

/** Alerts, those that opened last first. */
export function alertsPage(wanted: AlertsWanted, after: AlertPosition | null, limit: number) {
  const binder = new Binder();
  const latest = wantedSql(wanted, binder);
  const from = after && instantSql(after.openedAtMs, binder);
  const beyond =
    after === null
      ? ''
      : `AND (opened_at < ${from} OR opened_at = ${from} AND toString(alert_id) > ${binder.bind(after.alertId, 'String')})`;
  const sql = `SELECT ${alertColumns}
FROM ${latest} ${beyond}
ORDER BY opened_at DESC, toString(alert_id)
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question('alerting.alerts', sql, binder, alertRow);
}

/** One alert; none where the caller may not see it. */
export function alertById(alertId: string, scope: Scope) {
  const binder = new Binder();
  const isIt = `alert_id = ${binder.bind(alertId, 'UUID')}`;
  return question(
    'alerting.alert',
    `SELECT ${alertColumns} FROM ${lastSteps(scope, binder, [isIt])}`,
    binder,
    alertRow,
  );
}

const alertCount = z.object({ status: z.enum(alertStatuses), severity: z.enum(severities), alerts: z.number() });

/** How many alerts there are of each status and severity. */
export function alertCounts(wanted: AlertsWanted) {
  const binder = new Binder();
  const sql = `SELECT status, severity, count() AS alerts FROM ${wantedSql(wanted, binder)}
GROUP BY status, severity ORDER BY status, severity`;
  return question('alerting.counts', sql, binder, alertCount);
}
