import { byName } from '../finding.ts';
import { digestOf } from './canonical-json.ts';
import { defaultRuleDocuments } from './default-rules.ts';
import { ruleOf } from './parse-rules.ts';
import { type Rule, ruleOrigins } from './rule.ts';

/** The rules that are in force, as a plain value. */
export interface RuleSet {
  /** Of all of them together. */
  readonly version: string;
  /** By name, the disabled ones too. */
  readonly rules: readonly Rule[];
}

export const defaultRules: readonly Rule[] = defaultRuleDocuments.map((document) => ruleOf(document, 'default'));

/**
 * Puts rules together: those of a file stand in for those of the API of the same name, and both for the ones that come
 * with Custody.
 */
export function ruleSetOf(...given: readonly (readonly Rule[])[]): RuleSet {
  const byRuleName = new Map<string, Rule>();
  const ordered = [defaultRules, ...given].flat();
  for (const origin of ruleOrigins) {
    for (const rule of ordered) if (rule.origin === origin) byRuleName.set(rule.name, rule);
  }
  const rules = [...byRuleName.values()].sort(byName(({ name }) => name));
  return { version: digestOf(rules.map(({ name, version }) => [name, version])), rules };
}

/** What runs where nobody has written a rule. */
export const defaultRuleSet: RuleSet = ruleSetOf();

/** Those that judge. */
export function enabledRules({ rules }: RuleSet): Rule[] {
  return rules.filter(({ isEnabled }) => isEnabled);
}
