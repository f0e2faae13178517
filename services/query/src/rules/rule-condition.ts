import { CustodyError } from '@custody/runtime';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { names } from '../http/validator.ts';
import type { KnownRule } from './known-rules.ts';

/** Headers of a change that say what the rule has to be for it to be made. */
export const ruleConditions = z.looseObject({
  'if-match': z
    .string()
    .optional()
    .describe(
      'The rule that is changed, by its ETag, which is its version in quotes: where another one runs by now, 412',
    ),
  'if-none-match': z.string().optional().describe('*: where a rule of the name runs already, 412'),
});

/** Names what a rule says. */
export function ruleTag({ rule }: KnownRule): string {
  return `"${rule.version}"`;
}

function byWhom({ rule, changedBy, changedAt }: KnownRule): string {
  return rule.origin === 'api' ? `changed by ${changedBy} at ${changedAt}` : 'the one that comes with Custody';
}

/** Throws `QUERY_RULE_CHANGED` where a change goes by another rule than the one that runs under the name. */
export function assertGoesBy(
  { 'if-match': ifMatch, 'if-none-match': ifNoneMatch }: z.infer<typeof ruleConditions>,
  name: string,
  running: KnownRule | undefined,
): void {
  const isNamed = (header: string) => running !== undefined && names(header, ruleTag(running));
  const isOther = ifMatch !== undefined && !isNamed(ifMatch);
  if (!isOther && (ifNoneMatch === undefined || !isNamed(ifNoneMatch))) return;
  const detail =
    running === undefined ? `There is no rule ${name} any more.` : `The rule ${name} is ${byWhom(running)} by now.`;
  throw new CustodyError(queryErrors.QUERY_RULE_CHANGED, detail, {
    fields: { version: running?.rule.version ?? null },
  });
}
