import { hourMs, type TimeRange } from '@custody/decision';
import type { StoreClient } from '@custody/store';
import { type CountsQuestion, countsQuestions, newestDenials } from './query-questions.ts';
import { askedQuestions } from './query-run.ts';

/** A question as a client asks it, and the statements that answer it asked without the service. */
export interface ServedQuestion {
  readonly name: string;
  readonly path: string;
  readonly bare: (client: StoreClient) => Promise<unknown>;
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();
const parameterOf: Readonly<Record<string, string>> = { agent_key: 'agent', human_key: 'human', decision: 'decision' };

function pathOf({
  range,
  measures,
  groupBy,
  order,
  limit,
  filter,
  bucket,
  timeZone,
  compared,
}: CountsQuestion): string {
  const query = new URLSearchParams({ from: iso(range.fromMs), to: iso(range.toMs), measures: measures.join(',') });
  if (groupBy.length > 0) query.set('group_by', groupBy.join(','));
  if (filter) query.set(parameterOf[filter.column] ?? filter.column, filter.value);
  if (timeZone) query.set('tz', timeZone);
  if (compared) query.set('compare', 'previous');
  if (bucket !== undefined) return `/v1/trends?${query}&bucket=${bucket}`;
  return `/v1/aggregate?${query}&order=${order.descending ? '-' : ''}${order.by}&limit=${limit}`;
}

function earlier({ fromMs, toMs }: TimeRange, hours: number): TimeRange {
  return { fromMs: fromMs - hours * hourMs, toMs: toMs - hours * hourMs };
}

/**
 * The mixed set: counts over a day, a month and a year, series, the newest denials, and one decision by its id. Ranges of
 * counts lie so many hours earlier: what was asked just before is remembered, and would say nothing of asking.
 */
export function servedQuestions(envId: string, id: string, hoursEarlier: number): ServedQuestion[] {
  const counts = countsQuestions.map((question) => ({
    ...question,
    range: earlier(question.range, hoursEarlier),
    ...(question.compared && {
      compared: { ...question.compared, range: earlier(question.compared.range, hoursEarlier) },
    }),
  }));
  const { range, filter, limit } = newestDenials;
  const list = new URLSearchParams({ from: iso(range.fromMs), to: iso(range.toMs), limit: String(limit) });
  const paths = new Map([
    ...counts.map((question): [string, string] => [question.name, pathOf(question)]),
    [newestDenials.name, `/v1/decisions?${list}&${filter.column}=${filter.value}`],
    ['decision_by_id', `/v1/decisions/${id}`],
  ]);
  return askedQuestions(counts, envId, id).flatMap(({ name, asked }) => {
    const path = paths.get(name);
    return path === undefined ? [] : [{ name, path, bare: (client: StoreClient) => asked(client, { isAnew: true }) }];
  });
}
