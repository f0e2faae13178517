import type { operations } from '@custody/client';
import { type Answer, useAnswer } from './use-answer.ts';

export type RulesBody = operations['listRules']['responses'][200]['content']['application/json'];
export type Rule = RulesBody['data'][number];

/** The rules that are in force, and those that are switched off. */
export function useRules(): Answer<RulesBody> {
  return useAnswer('rules', (client, signal) => client.GET('/v1/rules', { signal }), { everyMs: 60_000 });
}
