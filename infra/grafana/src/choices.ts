import type { Choice } from './dashboard.ts';

/** Which environments; all at first. */
export const environments: Choice = {
  name: 'env',
  label: 'Environment',
  sql: 'SELECT env_name AS __text, env_id AS __value FROM custody.coverage ORDER BY __text',
  many: true,
};

/** What was chosen, as quoted texts with commas between them. */
export const chosen = (name: string): string => `\${${name}:singlequote}`;

/** That a row is of the chosen environments. */
export const ofEnvironments = `env_id IN (${chosen('env')})`;

export const agent: Choice = {
  name: 'agent',
  label: 'Agent',
  sql: `SELECT if(max(agent_name) = '', agent_key, concat(max(agent_name), ' · ', agent_key)) AS __text, agent_key AS __value
FROM custody.decisions
WHERE $__timeFilter(occurred_at) AND ${ofEnvironments}
GROUP BY agent_key
ORDER BY count() DESC
LIMIT 1000`,
  many: false,
};

export const human: Choice = {
  name: 'human',
  label: 'Human',
  sql: `SELECT if(max(human_email) = '', human_key, concat(max(human_name), ' · ', max(human_email))) AS __text, human_key AS __value
FROM custody.decisions
WHERE $__timeFilter(occurred_at) AND ${ofEnvironments} AND human_key != ''
GROUP BY human_key
ORDER BY count() DESC
LIMIT 1000`,
  many: false,
};

export const server: Choice = {
  name: 'server',
  label: 'Server',
  sql: `SELECT server FROM custody.decisions_hourly
WHERE $__timeFilter(hour) AND ${ofEnvironments} AND server != ''
GROUP BY server
ORDER BY sum(decisions) DESC
LIMIT 1000`,
  many: false,
};
