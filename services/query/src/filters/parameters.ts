import { z } from 'zod';

const many = z.union([z.string(), z.array(z.string())]).optional();
const filter = (what: string) =>
  many.describe(`${what}. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with".`);

const time = 'RFC 3339, a date, today, now, or a time ago like -24h or -30d';

/** Parameters that every question about decisions takes. */
export const commonParameters = {
  from: z.string().optional().describe(`Start, inclusive: ${time}. Default -24h.`),
  to: z.string().optional().describe(`End, exclusive: ${time}. Default now.`),
  env: filter('Environment, by id or key'),
  agent: filter('Agent, by key, bare id or name; several agents of one name are listed (409), never guessed'),
  human: filter('Human, by key, bare id, e-mail or name; what is surely theirs, see include'),
  server: filter('MCP server, as linear or linear:linear'),
  tool: filter('Tool'),
  decision: filter('allow, deny or unknown'),
  reason_code: filter('Why it was denied'),
  attribution: filter('exact, inferred, ambiguous, unknown or none'),
  trust_level: filter('low, medium or high'),
  q: z.string().max(500).optional().describe('Text in the reason, upper and lower case alike'),
  include: z
    .enum(['possible'])
    .optional()
    .describe('possible: with human=, also what may be theirs, marked; meta.possible counts it in any case'),
  tz: z.string().optional().describe('IANA time zone for today, dates, buckets and hours of the day. Default UTC.'),
};

const commonObject = z.object(commonParameters);
export type CommonParameters = z.infer<typeof commonObject>;
