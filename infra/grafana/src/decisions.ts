import { ofEnvironments } from './choices.ts';
import type { Panel } from './panel.ts';

/** Of the rows of decisions by the hour that the dashboard is about. */
export function hourly(condition = ''): string {
  return `custody.decisions_hourly
WHERE $__timeFilter(hour) AND ${ofEnvironments}${condition === '' ? '' : ` AND ${condition}`}`;
}

const verdictColors = { denied: 'red', allowed: 'green', unknown: 'yellow' };

/** One number over the range. */
export function total(title: string, about: string, sql: string, rest: Partial<Panel> = {}): Panel {
  return { kind: 'stat', title, about, sql, w: 4, h: 4, ...rest };
}

/** How many were allowed and denied, by time. */
export function verdictsByTime(condition = ''): Panel {
  return {
    ...{
      kind: 'series',
      title: 'Decisions by time',
      about: 'Tool calls that were allowed, denied, or of which the source does not say.',
    },
    sql: `SELECT $__timeInterval(hour) AS time,
  sumIf(decisions, decision = 'allow') AS allowed, sum(denials) AS denied, sumIf(decisions, decision = 'unknown') AS unknown
FROM ${hourly(condition)}
GROUP BY time
ORDER BY time`,
    ...{ w: 16, h: 9, stacked: true, minInterval: '1h', colors: verdictColors },
  };
}

/** The share of denials among what was decided, by time. */
export function denyRateByTime(condition = ''): Panel {
  return {
    ...{ kind: 'series', title: 'Deny rate by time', about: 'Denials among the calls that were decided.' },
    sql: `SELECT $__timeInterval(hour) AS time, sum(denials) / nullIf(sumIf(decisions, decision != 'unknown'), 0) AS deny_rate
FROM ${hourly(condition)}
GROUP BY time
ORDER BY time`,
    ...{ w: 8, h: 9, unit: 'percentunit', minInterval: '1h', colors: { deny_rate: 'red' } },
  };
}

/** Denials by Permit's reason. */
export function reasons(condition = ''): Panel {
  return {
    ...{
      kind: 'bars',
      title: 'Why calls were denied',
      about: 'Denials by the reason that Permit names; docs/denials.md says what mends each.',
    },
    sql: `SELECT reason_code, sum(denials) AS denied
FROM ${hourly(condition)} AND decision = 'deny'
GROUP BY reason_code
ORDER BY denied DESC
LIMIT 12`,
    ...{ w: 8, h: 9 },
  };
}

/** The busiest of a column by denials. */
export function mostDenied(title: string, column: string, condition = ''): Panel {
  return {
    ...{ kind: 'bars', title, about: 'By denials in the range.' },
    sql: `SELECT ${column} AS name, sum(denials) AS denied
FROM ${hourly(condition)} AND decision = 'deny'
GROUP BY name
HAVING name != ''
ORDER BY denied DESC
LIMIT 10`,
    ...{ w: 6, h: 9 },
  };
}

/** Allowed and denied apart, by columns. */
export function allowedAndDenied(title: string, about: string, columns: string, condition: string): Panel {
  return {
    ...{ kind: 'table', title, about },
    sql: `SELECT ${columns}, sumIf(decisions, decision = 'allow') AS allowed, sum(denials) AS denied,
  sumIf(decisions, decision = 'unknown') AS unknown
FROM ${hourly(condition)}
GROUP BY ${columns}
ORDER BY denied DESC, allowed DESC
LIMIT 200`,
    ...{ w: 12, h: 10 },
  };
}

/** The newest decisions, whole. */
export function newest(title: string, condition: string): Panel {
  return {
    ...{ kind: 'table', title, about: 'The newest first, a hundred at most; `custody why ID` explains one.' },
    sql: `SELECT occurred_at, decision, if(agent_name = '', agent_key, agent_name) AS agent,
  if(human_email = '', human_key, human_email) AS human, attribution, server, tool, reason, trust_level, ceiling_level,
  required_level, decision_id
FROM custody.decisions
WHERE $__timeFilter(occurred_at) AND ${ofEnvironments}${condition === '' ? '' : ` AND ${condition}`}
ORDER BY occurred_at DESC
LIMIT 100`,
    ...{ w: 24, h: 11 },
  };
}

/** What changed in consents and ceilings. */
export function accessChanges(condition: string): Panel {
  return {
    ...{
      kind: 'table',
      title: 'Access changes',
      about:
        'Consents, ceilings and tool levels that appeared or ended, and calls that were decided otherwise than before.',
    },
    sql: `SELECT at, kind, change, agent_key, human_key, server, tool, level, not_before
FROM custody.access_changes
WHERE $__timeFilter(at) AND ${ofEnvironments} AND ${condition}
ORDER BY at DESC
LIMIT 200`,
    ...{ w: 12, h: 10 },
  };
}
