import type { TimeRange } from '@custody/decision';
import { z } from 'zod';
import { alertTransitionColumns, alertTransitionRow } from '../alerts/read-transitions.ts';
import { Binder, question } from '../questions/question.ts';
import type { Scope } from '../questions/scope.ts';
import { instantSql } from '../questions/selection.ts';

/** What alerts are asked for by, each with one or more names that an alert has of it. */
const labels = {
  status: ['status'],
  env: ['env_id', 'env_name'],
  rule: ['rule'],
  detector: ['detector'],
  severity: ['severity'],
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
}

export interface AlertPosition {
  readonly openedAtMs: number;
  readonly alertId: string;
}

/** Whom a subject surely is about: what it does not name it may be about, and nobody knows. */
const subjects = `
  multiIf(subject_kind = 'agent', subject_key, subject_kind = 'pair', splitByString(' → ', subject_key)[1], '') AS subject_agent,
  if(subject_kind = 'human', subject_key, '') AS subject_human,
  multiIf(subject_kind = 'server', subject_key, subject_kind = 'tool', splitByChar(':', subject_key)[1],
    subject_kind = 'pair', splitByString(' → ', subject_key)[2], '') AS subject_server`;

/** Every step with the names of its subject. */
const steps = `(SELECT *, ${subjects} FROM custody_internal.alert_transitions FINAL)`;

/** An alert is shown where its subject surely lies within what the caller may see; of everything else nothing is. */
function scopeSql({ envIds, servers, humans }: Scope, binder: Binder): string[] {
  const only = (column: string, values: readonly string[] | null) =>
    values === null ? [] : [`${column} IN ${binder.bind(values, 'Array(String)')}`];
  return [...only('env_id', envIds), ...only('subject_server', servers), ...only('subject_human', humans)];
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

function latestSql({ range, scope, filters }: AlertsWanted, binder: Binder): string {
  const inner = scopeSql(scope, binder);
  const outer = [
    `opened_at < ${instantSql(range.toMs, binder)}`,
    `(resolved_at IS NULL OR resolved_at >= ${instantSql(range.fromMs, binder)})`,
    ...alertLabels.flatMap((label) => filterSql(label, filters[label] ?? [], binder)),
  ];
  const where = inner.length === 0 ? '' : `WHERE ${inner.join(' AND ')}`;
  return `(SELECT * FROM ${steps} ${where} ORDER BY alert_id, sequence DESC LIMIT 1 BY alert_id)
WHERE ${outer.join(' AND ')}`;
}

/** The last step of each alert, the alerts that opened last first. */
export function alertsPage(wanted: AlertsWanted, after: AlertPosition | null, limit: number) {
  const binder = new Binder();
  const latest = latestSql(wanted, binder);
  const from = after && instantSql(after.openedAtMs, binder);
  const beyond =
    after === null
      ? ''
      : `AND (opened_at < ${from} OR opened_at = ${from} AND toString(alert_id) > ${binder.bind(after.alertId, 'String')})`;
  const sql = `SELECT ${alertTransitionColumns}
FROM ${latest} ${beyond}
ORDER BY opened_at DESC, toString(alert_id)
LIMIT ${binder.bind(limit, 'UInt64')}`;
  return question('alerting.alerts', sql, binder, alertTransitionRow);
}

/** How many alerts there are of each status. */
export function alertCounts(wanted: AlertsWanted) {
  const binder = new Binder();
  const sql = `SELECT status, count() AS alerts FROM ${latestSql(wanted, binder)} GROUP BY status ORDER BY status`;
  return question('alerting.counts', sql, binder, z.object({ status: z.string(), alerts: z.number() }));
}

/** All steps of an alert in their order; none where the caller may not see it. */
export function alertSteps(alertId: string, scope: Scope) {
  const binder = new Binder();
  const conditions = [`alert_id = ${binder.bind(alertId, 'UUID')}`, ...scopeSql(scope, binder)];
  const sql = `SELECT ${alertTransitionColumns}
FROM ${steps}
WHERE ${conditions.join(' AND ')}
ORDER BY sequence`;
  return question('alerting.steps', sql, binder, alertTransitionRow);
}
