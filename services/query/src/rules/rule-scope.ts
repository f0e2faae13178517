import type { FilterValue } from '@custody/decision';
import type { Rule, RuleScope } from '@custody/detect';
import { isWithinEnvironments, type Scope } from '@custody/store';

/** Names of environments, by their ids. */
export type EnvironmentNames = ReadonlyMap<string, readonly string[]>;

type IsOurs = (text: string) => boolean;

function isEnvironmentOurs({ envIds }: Scope, names: EnvironmentNames): IsOurs {
  return (text) => {
    if (envIds === null || envIds.includes(text)) return true;
    const called = [...names].filter(([, known]) => known.includes(text)).map(([id]) => id);
    return called.length > 0 && called.every((id) => envIds.includes(id));
  };
}

/** Whether a filter names what is ours and nothing else. One that is empty names nothing. */
function namesOnly(filter: readonly FilterValue[], isOurs: IsOurs): boolean {
  return filter.every(({ text, isPrefix, isNegated }) => !isPrefix && !isNegated && isOurs(text));
}

/**
 * The dimensions in which a rule names what a caller may not see; none where it names nothing, or only what is the
 * caller's. What a rule looks at without naming it is no more than the caller sees.
 */
export function beyondIn(rule: RuleScope, scope: Scope, names: EnvironmentNames): string[] {
  const { envIds, servers, humans } = scope;
  const isOurEnvironment = isEnvironmentOurs(scope, names);
  const isInOurs = envIds === null || (rule.env.length > 0 && namesOnly(rule.env, isOurEnvironment));
  const isWhole = !isWithinEnvironments(scope) && isInOurs;
  const isOurServer: IsOurs = servers === null ? () => isInOurs : (text) => servers.includes(text);
  const isOurHuman: IsOurs =
    humans === null ? () => isWhole : (text) => humans.includes(text) || humans.includes(`human|${text}`);
  const ours: readonly (readonly [keyof RuleScope, readonly FilterValue[], boolean])[] = [
    ['env', rule.env, envIds === null || namesOnly(rule.env, isOurEnvironment)],
    ['server', rule.server, isWhole || namesOnly(rule.server, isOurServer)],
    ['human', rule.human, isWhole || namesOnly(rule.human, isOurHuman)],
    ['agent', rule.agent, isWhole],
    ['tool', rule.tool, isWhole],
  ];
  return ours.flatMap(([name, filter, isAllOurs]) => (filter.length === 0 || isAllOurs ? [] : [name]));
}

/** Whether a caller may see a rule: those that come with Custody name nobody. */
export function isRuleShown({ origin, scope: looksAt }: Rule, scope: Scope, names: EnvironmentNames): boolean {
  return origin === 'default' || beyondIn(looksAt, scope, names).length === 0;
}
