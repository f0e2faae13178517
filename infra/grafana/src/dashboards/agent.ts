import { agent as agentChoice, chosen, environments } from '../choices.ts';
import type { Dashboard } from '../dashboard.ts';
import { accessChanges, allowedAndDenied, denyRateByTime, newest, reasons, verdictsByTime } from '../decisions.ts';

const isChosen = `agent_key = ${chosen('agent')}`;

export const agent: Dashboard = {
  uid: 'agent',
  title: 'Agent',
  about: 'One agent: what it called, for whom, and what changed in its access.',
  from: 'now-7d',
  choices: [environments, agentChoice],
  panels: [
    verdictsByTime(isChosen),
    denyRateByTime(isChosen),
    allowedAndDenied('Tools', 'What it called.', 'server, tool', isChosen),
    allowedAndDenied('Humans', 'Who had authorized it; empty where that is not sure.', 'human_key, server', isChosen),
    reasons(isChosen),
    { ...accessChanges(isChosen), w: 16, h: 9 },
    newest('Newest decisions', isChosen),
  ],
};
