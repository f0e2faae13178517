import { environments, ofEnvironments } from '../choices.ts';
import type { Dashboard } from '../dashboard.ts';
import { total } from '../decisions.ts';
import type { Panel } from '../panel.ts';

const coverage = (title: string, about: string, measure: string, rest: Partial<Panel>) =>
  total(title, about, `SELECT ${measure} FROM custody.coverage WHERE ${ofEnvironments}`, { w: 6, ...rest });

const byEnvironment: Panel = {
  ...{
    kind: 'table',
    title: 'Coverage',
    about: 'How far each environment is read and proven: equal to what Permit listed when it was read.',
  },
  sql: `SELECT env_name, oldest, proven_until, open_seconds, blind_seconds, unreadable_seconds, rows_listed, rows_read, rows_missing,
  requests_per_minute, requests_refused, evidence_owed, reported_at
FROM custody.coverage
WHERE ${ofEnvironments}
ORDER BY env_name`,
  ...{ w: 24, h: 7 },
};

const seals: Panel = {
  ...{ kind: 'series', title: 'Sealed hours', about: 'By their state; an hour that is missing here is open still.' },
  sql: `SELECT $__timeInterval(hour) AS time,
  countIf(state = 'complete') AS complete, countIf(state = 'empty') AS empty, countIf(state = 'incomplete') AS incomplete
FROM custody.seals
WHERE $__timeFilter(hour) AND ${ofEnvironments} AND is_current
GROUP BY time
ORDER BY time`,
  ...{
    w: 12,
    h: 9,
    stacked: true,
    minInterval: '1h',
    colors: { complete: 'green', empty: 'blue', incomplete: 'orange' },
  },
};

const delays: Panel = {
  ...{
    kind: 'series',
    title: 'From call to row',
    about: 'How long after a call it was stored; the median and the slowest in a hundred.',
  },
  sql: `SELECT $__timeInterval(occurred_at) AS time,
  quantile(0.5)(dateDiff('millisecond', occurred_at, ingested_at)) / 1000 AS median,
  quantile(0.99)(dateDiff('millisecond', occurred_at, ingested_at)) / 1000 AS slowest
FROM custody.decisions
WHERE $__timeFilter(occurred_at) AND ${ofEnvironments}
GROUP BY time
ORDER BY time`,
  ...{ w: 12, h: 9, unit: 's', minInterval: '1m' },
};

const incomplete: Panel = {
  ...{ kind: 'table', title: 'Hours sealed incomplete', about: 'What they lack, and why.' },
  sql: `SELECT hour, env_name, missing, dead_letters, unreadable_seconds, arrayStringConcat(reasons, ', ') AS why, revision, sealed_at
FROM custody.seals
WHERE $__timeFilter(hour) AND ${ofEnvironments} AND state = 'incomplete'
ORDER BY hour DESC
LIMIT 200`,
  ...{ w: 12, h: 9 },
};

const unread: Panel = {
  ...{ kind: 'table', title: 'Windows not closed', about: 'Ranges that are not proven, and the reason.' },
  sql: `SELECT from_at, to_at, env_name, facet, state, listed, counted, read_at, reason
FROM custody.windows
WHERE $__timeFilter(hour) AND ${ofEnvironments} AND state != 'closed'
ORDER BY from_at DESC
LIMIT 200`,
  ...{ w: 12, h: 9 },
};

const differences: Panel = {
  ...{
    kind: 'table',
    title: 'What the verifier found',
    about: 'Differences between sums, rows and what the source listed, and what was done.',
  },
  sql: `SELECT found_at, kind, span, starts_at, subject, expected, found, action, resolved_at
FROM custody.verifications
WHERE $__timeFilter(found_at) AND (env_id = '' OR ${ofEnvironments})
ORDER BY found_at DESC
LIMIT 200`,
  ...{ w: 12, h: 9 },
};

const corrections: Panel = {
  ...{
    kind: 'table',
    title: 'Corrections of who authorized',
    about: 'Grants that were learned late, and the rows that changed by them.',
  },
  sql: `SELECT started_at, hour, cause_kind, cause, agent_key, rows, changed, finished_at
FROM custody.attribution_corrections
WHERE $__timeFilter(started_at) AND ${ofEnvironments}
ORDER BY started_at DESC
LIMIT 200`,
  ...{ w: 12, h: 9 },
};

export const pipeline: Dashboard = {
  uid: 'pipeline',
  title: 'Pipeline health',
  about: 'Whether everything that Permit listed is here, how far that is proven, and how fresh it is.',
  from: 'now-24h',
  choices: [environments],
  panels: [
    coverage(
      'Blind',
      'Seconds that should have been read and are not proven. 0 in health.',
      'sum(blind_seconds) AS blind',
      {
        unit: 's',
        alarm: [1, 60],
      },
    ),
    coverage('Unreadable', 'Seconds that the source cannot list in full.', 'sum(unreadable_seconds) AS unreadable', {
      unit: 's',
      alarm: [1, 60],
    }),
    coverage('Open', 'Seconds younger than the lateness: normal.', 'max(open_seconds) AS open', { unit: 's' }),
    coverage(
      'Behind',
      'Since the last moment that is proven.',
      `dateDiff('second', min(proven_until), now()) AS behind`,
      {
        unit: 's',
        alarm: [3_600, 7_200],
      },
    ),
    byEnvironment,
    seals,
    delays,
    incomplete,
    unread,
    differences,
    corrections,
  ],
};
