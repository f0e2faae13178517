import {
  defaultRuleDocuments,
  parseRule,
  type Rule,
  type RuleDocument,
  type RuleOrigin,
  type RuleSet,
  ruleOrigins,
  ruleSetOf,
} from '@custody/detect';
import { readStoredRules, type StatementOptions, type StoreClient } from '@custody/store';
import type { RulesFile, RulesFileView } from './rules-file.ts';

/** A rule, where it comes from, and who wrote it last. */
export interface KnownRule {
  readonly rule: Rule;
  readonly document: RuleDocument;
  /** In the file; `null` elsewhere. */
  readonly line: number | null;
  readonly changedAt: string | null;
  readonly changedBy: string | null;
}

/** All rules there are. */
export interface KnownRules {
  readonly file: RulesFileView;
  /** Those that are in force. */
  readonly ruleSet: RuleSet;
  /** By name, the one in force first and then those that it stands in for. */
  readonly byName: ReadonlyMap<string, readonly KnownRule[]>;
  /** Names of rules of the API that this version does not understand: they do not run. */
  readonly notUnderstood: readonly string[];
}

function named(rules: readonly KnownRule[]): Map<string, KnownRule[]> {
  const rank = (origin: RuleOrigin) => ruleOrigins.indexOf(origin);
  const ordered = [...rules].sort((a, b) => rank(b.rule.origin) - rank(a.rule.origin));
  return Map.groupBy(ordered, ({ rule }) => rule.name);
}

/** Reads the rules of the store, and puts them together with those of the file and of Custody. Throws `STORE_*`. */
export async function readKnownRules(
  store: StoreClient,
  rulesFile: RulesFile,
  options: StatementOptions,
): Promise<KnownRules> {
  const stored = await readStoredRules(store, options);
  const file = rulesFile.current();
  const nobody = { line: null, changedAt: null, changedBy: null };
  const ours = defaultRuleDocuments.map((document): KnownRule => {
    const { rule } = parseRule(document, 'default');
    return { rule: rule as Rule, document, ...nobody };
  });
  const notUnderstood: string[] = [];
  const ofApi = stored.flatMap(({ name, document: text, changed_at, changed_by }): KnownRule[] => {
    const document = JSON.parse(text) as RuleDocument;
    const { rule } = parseRule(document, 'api');
    if (rule === null) notUnderstood.push(name);
    return rule === null ? [] : [{ rule, document, line: null, changedAt: changed_at, changedBy: changed_by }];
  });
  const ofFile = file.rules.map(({ rule, document, line }): KnownRule => ({ ...nobody, rule, document, line }));
  const ruleSet = ruleSetOf(
    ofApi.map(({ rule }) => rule),
    ofFile.map(({ rule }) => rule),
  );
  return { file, ruleSet, byName: named([...ours, ...ofApi, ...ofFile]), notUnderstood };
}
