import { chosen, environments, human as humanChoice, ofEnvironments } from '../choices.ts';
import type { Dashboard } from '../dashboard.ts';
import { accessChanges, allowedAndDenied, denyRateByTime, newest, reasons, verdictsByTime } from '../decisions.ts';

const isChosen = `human_key = ${chosen('human')}`;

export const human: Dashboard = {
  uid: 'human',
  title: 'Human',
  about: 'Everything that was surely done under one human’s authority, and what may have been.',
  from: 'now-30d',
  choices: [environments, humanChoice],
  panels: [
    verdictsByTime(isChosen),
    denyRateByTime(isChosen),
    allowedAndDenied('Agents', 'Who called on this human’s authority.', 'agent_key, server', isChosen),
    allowedAndDenied('Tools', 'What was called.', 'server, tool', isChosen),
    {
      ...{
        kind: 'table',
        title: 'Possibly this human’s',
        about: 'Calls that several humans had authorized, this one among them. Not counted elsewhere on this page.',
      },
      sql: `SELECT agent_key, server, countIf(decision = 'allow') AS allowed, countIf(decision = 'deny') AS denied
FROM custody.decisions
WHERE $__timeFilter(occurred_at) AND ${ofEnvironments}
  AND attribution = 'ambiguous' AND has(human_candidates, ${chosen('human')})
GROUP BY agent_key, server
ORDER BY denied DESC, allowed DESC
LIMIT 200`,
      ...{ w: 8, h: 9 },
    },
    reasons(isChosen),
    { ...accessChanges(isChosen), w: 8, h: 9 },
    newest('Newest decisions', isChosen),
  ],
};
