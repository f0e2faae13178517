import type { operations } from '@custody/client';
import type { View } from '../state/view.ts';
import { questionOf } from '../state/view.ts';
import { type Answer, useAnswer } from './use-answer.ts';

type Body<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Found } } };
}
  ? Found
  : never;

export type TrendBody = Body<'trends'>;
export type MeasuredRow = TrendBody['data'][number];
export type DecisionRow = Body<'listDecisions'>['data'][number];
export type WholeDecision = Body<'getDecision'>['data'];

type Extra = Record<string, string>;

/** Narrows parameters that were put together by name; the API checks them. */
function asQuery(query: Extra): never {
  return query as never;
}

/** Counts by time. */
export function useTrends(view: View, extra: Extra): Answer<TrendBody> {
  const query = { ...questionOf(view), ...extra };
  return useAnswer(
    `trends ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/trends', { params: { query: asQuery(query) }, signal }),
    { everyMs: view.refreshMs },
  );
}

/** Counts over the range. */
export function useAggregate(view: View, extra: Extra): Answer<Body<'aggregate'>> {
  const query = { ...questionOf(view), ...extra };
  return useAnswer(
    `aggregate ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/aggregate', { params: { query: asQuery(query) }, signal }),
    { everyMs: view.refreshMs },
  );
}

/** Decisions, newest first; a page of them. */
export function useDecisions(view: View, extra: Extra): Answer<Body<'listDecisions'>> {
  const query = { ...questionOf(view), ...extra };
  return useAnswer(
    `decisions ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/decisions', { params: { query: asQuery(query) }, signal }),
    { everyMs: extra.cursor === undefined ? view.refreshMs : null },
  );
}

/** How far the source is read and proven, by environment. */
export function useCoverage(view: View): Answer<Body<'coverage'>> {
  const { from, to, env } = questionOf(view);
  const query = { ...(from && { from }), ...(to && { to }), ...(env && { env }) };
  return useAnswer(
    `coverage ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/coverage', { params: { query: asQuery(query) }, signal }),
    { everyMs: view.refreshMs === null ? 60_000 : Math.min(view.refreshMs, 30_000) },
  );
}

/** All environments that the session may see. */
export function useEnvironments(): Answer<Body<'coverage'>> {
  return useAnswer('environments', (client, signal) => client.GET('/v1/coverage', { signal }), { everyMs: 300_000 });
}

/** Who asks, and what that allows. */
export function useMe(tokenTail: string): Answer<Body<'getMe'>> {
  return useAnswer(`me ${tokenTail}`, (client, signal) => client.GET('/v1/me', { signal }), { everyMs: 60_000 });
}
