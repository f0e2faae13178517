import { formatTimestamp } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { defineQuery, runQuery } from '../query.ts';

const storedRules = defineQuery({
  name: 'alerting.rules',
  sql: `SELECT name, changed_at, changed_by, version, document
FROM (SELECT * FROM custody_internal.alert_rules ORDER BY name, changed_at DESC LIMIT 1 BY name)
WHERE NOT is_deleted
ORDER BY name`,
  params: z.object({}),
  row: z.object({
    name: z.string(),
    changed_at: z.string(),
    changed_by: z.string(),
    version: z.string(),
    document: z.string(),
  }),
});

/** A rule that was made over the API: `document` is the JSON of what was sent. Times are RFC 3339. */
export type StoredRule = z.infer<typeof storedRules.row>;

/** The rules that were made over the API and not deleted, by name. Throws `STORE_*`. */
export function readStoredRules(client: StoreClient, options: StatementOptions = {}): Promise<StoredRule[]> {
  return runQuery(client, storedRules, {}, options);
}

const ruleChanges = defineQuery({
  name: 'alerting.rule_changes',
  sql: `SELECT changed_at, changed_by, version, document, is_deleted
FROM custody_internal.alert_rules FINAL
WHERE name = {name:String}
ORDER BY changed_at DESC
LIMIT 200`,
  params: z.object({ name: z.string() }),
  row: z.object({
    changed_at: z.string(),
    changed_by: z.string(),
    version: z.string(),
    document: z.string(),
    is_deleted: z.boolean(),
  }),
});

/** What became of a rule over the API, and when: `document` and `version` are empty where it was deleted. */
export type RecordedRuleChange = z.infer<typeof ruleChanges.row>;

/** The changes of a rule, the last ones first, no more than 200. Throws `STORE_*`. */
export function readRuleChanges(
  client: StoreClient,
  name: string,
  options: StatementOptions = {},
): Promise<RecordedRuleChange[]> {
  return runQuery(client, ruleChanges, { name }, options);
}

export interface RuleChange {
  readonly name: string;
  readonly atMs: number;
  /** Name of the token. */
  readonly by: string;
  /** `null` deletes it. */
  readonly rule: { readonly version: string; readonly document: unknown } | null;
}

/** Makes, changes or deletes a rule; what it said before stays on record. Throws `STORE_*`. */
export async function writeRule(
  client: StoreClient,
  { name, atMs, by, rule }: RuleChange,
  options: StatementOptions = {},
): Promise<void> {
  const row = {
    ...{ name, changed_at: formatTimestamp(atMs), changed_by: by, is_deleted: rule === null },
    ...{ version: rule?.version ?? '', document: rule === null ? '' : JSON.stringify(rule.document) },
  };
  await client.insert('alerting.rule', 'custody_internal.alert_rules', [row], options);
}
