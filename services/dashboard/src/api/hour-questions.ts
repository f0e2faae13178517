import type { operations } from '@custody/client';
import { hourMs, type Span } from '../state/range.ts';
import { questionOf, type View } from '../state/view.ts';
import { type Answer, useAnswer } from './use-answer.ts';

type Body<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Found } } };
}
  ? Found
  : never;

export type HoursBody = Body<'listCoveredHours'>;
export type CoveredHour = HoursBody['data'][number];
export type HourState = CoveredHour['state'];
export type CoverageRow = Body<'coverage'>['data'][number];
export type Seal = Body<'listSeals'>['data'][number];

/** What is known of every hour of a span. */
export function useHours({ env, refreshMs }: View, { fromMs, toMs }: Span): Answer<HoursBody> {
  const query = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...(env && { env }) };
  return useAnswer(
    `hours ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/coverage/hours', { params: { query }, signal }),
    { everyMs: refreshMs === null ? null : 60_000 },
  );
}

/** The seal of one hour; none where it never had one. */
export function useSeal(envId: string, startMs: number): Answer<Body<'listSeals'>> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const query = { from: iso(startMs), to: iso(startMs + hourMs), env: envId };
  return useAnswer(
    `seal ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/seals', { params: { query }, signal }),
    { everyMs: 60_000 },
  );
}

/** The hours of the range that are sealed incomplete, the newest first; as many as fit into one answer. */
export function useIncomplete(view: View): Answer<Body<'listSeals'>> {
  const { from = '', to, env } = questionOf(view);
  const query = { from, ...(to && { to }), ...(env && { env }), state: 'incomplete', limit: '1000' };
  return useAnswer(`incomplete ${JSON.stringify(query)}`, (client, signal) =>
    client.GET('/v1/seals', { params: { query }, signal }),
  );
}
