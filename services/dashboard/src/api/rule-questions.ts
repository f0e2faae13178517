import type { operations } from '@custody/client';
import { api } from './api.ts';
import { failureOfChange } from './change.ts';
import { type Answer, type Failure, failureOf, useAnswer } from './use-answer.ts';

export type RulesBody = operations['listRules']['responses'][200]['content']['application/json'];
export type Rule = RulesBody['data'][number];

/** The rules that are in force, and those that are switched off. */
export function useRules(): Answer<RulesBody> {
  return useAnswer('rules', (client, signal) => client.GET('/v1/rules', { signal }), { everyMs: 60_000 });
}

export type Backtest = operations['backtestRules']['responses'][200]['content']['application/json']['data'];

export interface BacktestAsked {
  readonly from: string;
  /** As in the file, or one rule; absent: those that are in force. */
  readonly rules?: string | Record<string, unknown>;
}

/** What rules would have found. Takes seconds; one runs at a time. */
export async function backtest(
  body: BacktestAsked,
): Promise<{ readonly found: Backtest | null; readonly failure: Failure | null }> {
  try {
    const { data, error, response } = await api.POST('/v1/rules/backtest', { body });
    if (data !== undefined) return { found: data.data, failure: null };
    return { found: null, failure: failureOf(error, response.status) };
  } catch (error) {
    return { found: null, failure: failureOf(error) };
  }
}

/** The code of a change that goes by another rule than the one that runs by now. */
export const ruleChanged = 'QUERY_RULE_CHANGED';

export interface RuleAsked {
  readonly name: string;
  /** As in the file, or its text. */
  readonly rule: string | Record<string, unknown>;
  /** Version of the rule that is changed; `null`: there is none, and this is a new one. */
  readonly goesBy: string | null;
}

/** Makes a rule or changes it, where nobody else did so meanwhile. Resolves with why not, or `null`. */
export function putRule({ name, rule, goesBy }: RuleAsked): Promise<Failure | null> {
  const header = goesBy === null ? { 'if-none-match': '*' } : { 'if-match': `"${goesBy}"` };
  return failureOfChange(api.PUT('/v1/rules/{name}', { params: { path: { name }, header }, body: rule }));
}

/** Deletes a rule that was made over the API, where nobody changed it meanwhile. Resolves with why not, or `null`. */
export function deleteRule({ name, version }: Rule): Promise<Failure | null> {
  const header = { 'if-match': `"${version}"` };
  return failureOfChange(api.DELETE('/v1/rules/{name}', { params: { path: { name }, header } }));
}
