import { z } from 'zod';
import { formatTable } from './table.ts';
import type { View } from './views.ts';
import { agentText, instantText } from './wording.ts';

const chain = z.looseObject({
  agent: z.string(),
  agent_name: z.string(),
  human: z.string(),
  human_name: z.string(),
  relation: z.string(),
  server: z.string(),
  allowed: z.number(),
  denied: z.number(),
  undecided: z.number(),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});
type Chain = z.infer<typeof chain>;

/** How a caller stands to a human, in words that this version knows; others as they come. */
const relations: Readonly<Record<string, string>> = {
  own: 'own call',
  authorized: 'authorized',
  possible: 'possible: one of several',
  unknown: 'not known',
  none: 'no human involved',
};

function callerText({ relation, agent, agent_name, human_name }: Chain): string {
  return relation === 'own' ? human_name || agent : agentText(agent_name, agent);
}

/** Rows of `chains`. */
export const chainsView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(chain)
      .parse(data)
      .map((row) => ({
        human: row.human_name || row.human || '?',
        relation: relations[row.relation] ?? row.relation,
        agent: callerText(row),
        server: row.server,
        allowed: row.allowed,
        denied: row.denied,
        undecided: row.undecided,
        tools: row.tools,
        [`first seen (${timeZone})`]: instantText(row.first_seen, timeZone, 16),
        'last seen': instantText(row.last_seen, timeZone, 16),
      })),
  );
