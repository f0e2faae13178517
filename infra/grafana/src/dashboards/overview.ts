import { environments, ofEnvironments } from '../choices.ts';
import type { Dashboard } from '../dashboard.ts';
import { denyRateByTime, hourly, mostDenied, newest, reasons, total, verdictsByTime } from '../decisions.ts';

const counted = (title: string, about: string, measure: string) =>
  total(title, about, `SELECT ${measure} FROM ${hourly()}`);

export const overview: Dashboard = {
  uid: 'overview',
  title: 'Overview',
  about: 'What agents called, what was denied and why, and how far that is proven.',
  from: 'now-7d',
  choices: [environments],
  panels: [
    counted('Decisions', 'Tool calls that were decided.', 'sum(decisions) AS decisions'),
    counted('Denials', 'Of those, denied.', 'sum(denials) AS denials'),
    total(
      'Deny rate',
      'Denials among the calls that were decided.',
      `SELECT sum(denials) / nullIf(sumIf(decisions, decision != 'unknown'), 0) AS deny_rate FROM ${hourly()}`,
      { unit: 'percentunit' },
    ),
    counted('Agents', 'That called anything.', 'uniqExact(agent_key) AS agents'),
    counted(
      'Humans',
      'Under whose authority agents surely called.',
      `uniqExactIf(human_key, human_key != '') AS humans`,
    ),
    total(
      'Blind',
      'Seconds that should have been read and are not proven, now. 0 in health.',
      `SELECT sum(blind_seconds + unreadable_seconds) AS blind FROM custody.coverage WHERE ${ofEnvironments}`,
      { unit: 's', alarm: [1, 60] },
    ),
    verdictsByTime(),
    denyRateByTime(),
    mostDenied('Agents denied most', 'agent_key'),
    mostDenied('Humans denied most', 'human_key'),
    mostDenied('Servers denied most', 'server'),
    mostDenied('Tools denied most', `concat(server, ' · ', tool)`),
    reasons(),
    { ...newest('Newest denials', `decision = 'deny'`), w: 16, h: 9 },
  ],
};
