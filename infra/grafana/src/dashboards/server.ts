import { chosen, environments, server as serverChoice } from '../choices.ts';
import type { Dashboard } from '../dashboard.ts';
import { accessChanges, allowedAndDenied, denyRateByTime, newest, reasons, verdictsByTime } from '../decisions.ts';

const isChosen = `server = ${chosen('server')}`;

export const server: Dashboard = {
  uid: 'server',
  title: 'Server',
  about: 'One MCP server: which agents touched it, allowed and denied apart, each with its human.',
  from: 'now-7d',
  choices: [environments, serverChoice],
  panels: [
    verdictsByTime(isChosen),
    denyRateByTime(isChosen),
    allowedAndDenied('Agents', 'Who called it, and who had authorized that.', 'agent_key, human_key', isChosen),
    allowedAndDenied('Tools', 'What was called.', 'tool', isChosen),
    reasons(isChosen),
    { ...accessChanges(isChosen), w: 16, h: 9 },
    newest('Newest decisions', isChosen),
  ],
};
