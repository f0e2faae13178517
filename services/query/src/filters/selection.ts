import { certainties, permitReasonCodes, type TimeRange, trustLevels } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { Scope, Selection, StatementOptions, StoreClient } from '@custody/store';
import { queryErrors } from '../errors.ts';
import { badParameter } from '../http/problem.ts';
import { closedFilter, filterOf, inColumns, serverMatches } from './column-filter.ts';
import type { CommonParameters } from './parameters.ts';
import { type FilterValue, parseFilter } from './parse-filter.ts';
import { principalFilter } from './principal-filter.ts';

export interface SelectionContext {
  readonly store: StoreClient;
  readonly scope: Scope;
  readonly range: TimeRange;
  readonly options: StatementOptions;
}

const reasonCodes = [...permitReasonCodes, 'other'];

/** What the common parameters ask for. Throws `QUERY_*`. */
export async function parseSelection(parameters: CommonParameters, context: SelectionContext): Promise<Selection> {
  const { env, server, tool, decision, reason_code, attribution, trust_level, include, q = '' } = parameters;
  if (include !== undefined && parameters.human === undefined) throw badParameter('include', 'needs human=');
  if (include !== undefined && context.scope.humans !== null) {
    throw new CustodyError(queryErrors.QUERY_BEYOND_RESTRICTION, 'What may be theirs may be somebody else’s too.');
  }
  // What can be refused at once is, before the store is asked for names.
  const plain = [
    filterOf(parseFilter('env', env), inColumns('env_id', 'env_name')),
    filterOf(parseFilter('server', server), serverMatches),
    filterOf(parseFilter('tool', tool), inColumns('tool')),
    closedFilter('decision', ['allow', 'deny', 'unknown'], decision),
    closedFilter('reason_code', reasonCodes, reason_code),
    closedFilter('attribution', certainties, attribution),
    closedFilter('trust_level', trustLevels, trust_level),
  ];
  const [agent, human] = await Promise.all([
    principalFilter({ ...context, kind: 'agent' }, parameters.agent),
    principalFilter({ ...context, kind: 'human' }, parameters.human),
  ]);
  const filters = [...plain, agent?.filter ?? null];
  return {
    range: context.range,
    scope: context.scope,
    filters: filters.filter((filter) => filter !== null),
    human: human?.filter ?? null,
    candidates: human?.candidates ?? null,
    // A filter that only excludes asks for nobody whose rows there may be.
    certainty: include === 'possible' && human?.candidates ? 'both' : 'sure',
    reasonText: q,
  };
}

/** Whether an environment is among those that `env=` asks for. */
export function environmentMatcher(env: CommonParameters['env']): (id: string, name: string) => boolean {
  const values = parseFilter('env', env);
  const fits = ({ text, isPrefix }: FilterValue, name: string) => (isPrefix ? name.startsWith(text) : name === text);
  return (id, name) => {
    const any = (negated: boolean) =>
      values.some((value) => value.isNegated === negated && (fits(value, id) || fits(value, name)));
    return !any(true) && (any(false) || values.every(({ isNegated }) => isNegated));
  };
}
