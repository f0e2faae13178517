import { alertStatuses, severities } from '@custody/decision';
import { detectors, seriesKinds } from '@custody/detect';
import type { AlertsWanted } from '@custody/store';
import { z } from 'zod';
import { closedValues } from '../filters/column-filter.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseFilter } from '../filters/parse-filter.ts';
import { type PrincipalContext, principalValues } from '../filters/principal-filter.ts';

const subjectKinds = [...seriesKinds, 'pair'];

const { to, env, tz } = commonParameters;
const filter = (what: string) =>
  commonParameters.tool.describe(
    `${what}. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with".`,
  );

/** What alerts are asked for by. */
export const alertParameters = {
  from: z
    .string()
    .optional()
    .describe('Alerts that were active then or later: RFC 3339, a date, today, or a time ago like -24h. Default -7d.'),
  to,
  env,
  status: filter(`${alertStatuses.join(', ')}`),
  severity: filter(`${severities.join(', ')}`),
  rule: filter('Name of the rule that found it'),
  detector: filter(`What found it: ${detectors.join(', ')}`),
  kind: filter(`What it is about: ${subjectKinds.join(', ')} (an agent and a server)`),
  key: filter('Key of what it is about, as the alert has it: agent|…, linear, linear:create_issue'),
  agent: filter('The agent that it is about, by key, bare id or name'),
  human: filter('The human that it is about, by key, bare id, e-mail or name'),
  server: filter('The server that it or its tool is about, as linear or linear:linear'),
  q: z
    .string()
    .max(500)
    .optional()
    .describe('Text in the title, the sentence, the subject’s name or the rule, upper and lower case alike'),
  tz,
};

const parameters = z.object(alertParameters);
type AlertParameters = z.infer<typeof parameters>;

/** Which alerts the parameters ask for. Throws `QUERY_BAD_PARAMETER`, `QUERY_AMBIGUOUS_NAME` and `STORE_*`. */
export async function parseAlertFilters(
  given: AlertParameters,
  context: Omit<PrincipalContext, 'kind'>,
): Promise<AlertsWanted> {
  const { range, scope } = context;
  // What can be refused at once is, before the store is asked for names.
  const plain = {
    env: parseFilter('env', given.env),
    status: closedValues('status', alertStatuses, given.status),
    severity: closedValues('severity', severities, given.severity),
    detector: closedValues('detector', detectors, given.detector),
    kind: closedValues('kind', subjectKinds, given.kind),
    rule: parseFilter('rule', given.rule),
    key: parseFilter('key', given.key),
    server: parseFilter('server', given.server).map((value) => ({ ...value, text: value.text.replace(/:.*$/s, '') })),
  };
  const [agent, human] = await Promise.all([
    principalValues({ ...context, kind: 'agent' }, given.agent),
    principalValues({ ...context, kind: 'human' }, given.human),
  ]);
  return { range, scope, filters: { ...plain, agent, human }, text: given.q };
}
