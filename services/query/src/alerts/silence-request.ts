import { dayMs, parseFilterText, severities, type TimeRange } from '@custody/decision';
import { detectors, type SilenceMatcher, silenceMatcher } from '@custody/detect';
import { CustodyError } from '@custody/runtime';
import type { Scope, StatementOptions, StoreClient } from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { closedValues } from '../filters/column-filter.ts';
import { type FilterValue, literalFilter, parseFilter } from '../filters/parse-filter.ts';
import { type Longest, parseLater } from '../filters/parse-later.ts';
import { principalValues } from '../filters/principal-filter.ts';
import { badParameter } from '../http/problem.ts';
import { beyondScope, type EnvironmentNames } from './silence-scope.ts';

/** What a silence is to be. */
export const silenceRequest = z.strictObject({
  matcher: silenceMatcher,
  reason: z.string().trim().min(1).max(1000).describe('Why; whoever wonders at the quiet reads it'),
  starts: z
    .string()
    .max(50)
    .optional()
    .describe('When it begins: RFC 3339, a date, or a time from now like 2h. Default: now'),
  expires: z
    .string()
    .max(50)
    .describe('When it ends, at most a year from now: RFC 3339, a date, or a time from now like 2h, 7d or 8w'),
});
type SilenceRequest = z.infer<typeof silenceRequest>;

export interface SilenceContext {
  readonly store: StoreClient;
  readonly scope: Scope;
  readonly nowMs: number;
  readonly names: EnvironmentNames;
  readonly options: StatementOptions;
}

const aYear: Longest = { ms: 366 * dayMs, words: 'a year' };
/** Names are looked up in what happened lately. */
const namedWithinMs = 90 * dayMs;

function textOf({ text, isPrefix, isNegated }: FilterValue): string {
  return `${isNegated ? '!' : ''}${literalFilter(text)}${isPrefix ? '*' : ''}`;
}

/** Only what there is can be silenced by: a name that nothing has would keep nothing quiet, and nobody would notice. */
function assertEnvironments({ env = [] }: SilenceMatcher, { names, scope: { envIds } }: SilenceContext): void {
  const seen = [...names].filter(([id]) => envIds === null || envIds.includes(id));
  const known = new Set(seen.flatMap(([id, named]) => [id, ...named]));
  for (const { text, isPrefix } of parseFilterText(env)) {
    if (isPrefix || known.has(text)) continue;
    const there = seen.map(([id, [name]]) => name ?? id).join(', ') || 'none yet';
    throw badParameter('matcher/env', `no environment is called ${JSON.stringify(text)}; there are ${there}`);
  }
}

/**
 * What a silence goes by, with agents and humans by their keys: alerts know no others. Throws `QUERY_BAD_PARAMETER`,
 * `QUERY_AMBIGUOUS_NAME` and `QUERY_BEYOND_RESTRICTION`.
 */
async function matcherOf(given: SilenceMatcher, context: SilenceContext): Promise<Record<string, string | string[]>> {
  const { store, scope, nowMs, names, options } = context;
  closedValues('matcher/detector', detectors, given.detector);
  closedValues('matcher/severity', severities, given.severity);
  assertEnvironments(given, context);
  const range: TimeRange = { fromMs: Math.max(0, nowMs - namedWithinMs), toMs: nowMs };
  const keys = async (kind: 'agent' | 'human') => {
    const values = await principalValues(
      { store, scope, kind, range, options, parameter: `matcher/${kind}` },
      given[kind],
    );
    return values.length === 0 ? {} : { [kind]: values.map(textOf) };
  };
  const [agent, human] = await Promise.all([keys('agent'), keys('human')]);
  const plain = Object.entries(given).filter(([, values]) => values !== undefined);
  // Alerts know servers by their type alone.
  const servers = parseFilter('matcher/server', given.server).map((it) => ({
    ...it,
    text: it.text.replace(/:.*$/s, ''),
  }));
  const server = servers.length === 0 ? {} : { server: servers.map(textOf) };
  const matcher: SilenceMatcher = { ...Object.fromEntries(plain), ...agent, ...human, ...server };
  const fault = beyondScope(matcher, scope, names);
  if (fault !== null) throw new CustodyError(queryErrors.QUERY_BEYOND_RESTRICTION, fault);
  return matcher as Record<string, string | string[]>;
}

/** What is asked for, read. Throws `QUERY_*` and `STORE_*`. */
export async function parseSilence(request: SilenceRequest, context: SilenceContext) {
  const { nowMs } = context;
  const startsAtMs = request.starts === undefined ? nowMs : parseLater('starts', request.starts, nowMs, aYear);
  const endsAtMs = parseLater('expires', request.expires, nowMs, aYear);
  if (endsAtMs <= startsAtMs) throw badParameter('expires', 'it is not after starts');
  return { matcher: await matcherOf(request.matcher, context), reason: request.reason, startsAtMs, endsAtMs };
}
