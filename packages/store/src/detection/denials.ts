import type { SeriesName, TimeRange, WatchedKind } from '@custody/decision';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { answerPlanned } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { Binder, type Question } from '../questions/question.ts';
import { everything, type Scope } from '../questions/scope.ts';
import type { Filter, FilterColumn, Selection } from '../questions/selection.ts';
import { bucketSql, seriesColumns } from './series-sql.ts';

/** That a column has one of some values. */
export function oneOf(column: FilterColumn, values: readonly string[]): Filter {
  return { include: [{ column, operator: 'in', values }], exclude: [] };
}

/** Decisions of environments in a range, whosoever unless a scope says whose. */
export function selectionOf(
  envIds: readonly string[],
  range: TimeRange,
  filters: readonly Filter[] = [],
  scope: Scope = everything,
): Selection {
  return {
    range,
    scope,
    filters: [oneOf('env_id', envIds), ...filters],
    human: null,
    candidates: null,
    certainty: 'sure',
    reasonText: '',
  };
}

export const denialsOnly = oneOf('decision', ['deny']);

export interface DenialsRequest<Row extends z.ZodType> {
  /** Names the question, and is the same for the same one only. */
  readonly key: string;
  readonly envIds: readonly string[];
  /** At edges of buckets. */
  readonly range: TimeRange;
  readonly filters?: readonly Filter[];
  /** Default: everything. */
  readonly scope?: Scope;
  /** Makes the statement of a source with `env_id`, `bucket`, `counted` and the columns of series. */
  readonly compose: (source: string, binder: Binder) => Question<Row>;
}

/**
 * Denials by buckets of five minutes, out of the rollup where hours are summed up and out of rows where they are not.
 * Throws `STORE_*`.
 */
export function readDenials<Row extends z.ZodType>(
  client: StoreClient,
  { key, envIds, range, filters = [], scope = everything, compose }: DenialsRequest<Row>,
  options: StatementOptions = {},
): Promise<z.output<Row>[]> {
  const selection = selectionOf(envIds, range, [denialsOnly, ...filters], scope);
  const ranges = [{ range, columns: seriesColumns, grains: [{ size: '5m' as const, shiftMs: 0 }] }];
  const question = { key: JSON.stringify([key, selection]), selection, timeZone: 'UTC', ranges };
  return answerPlanned(client, question, { isAnew: true, ...options }, ({ plans, selection: rest }) => {
    const binder = new Binder();
    const columns = (instant: string) => ['env_id', `${bucketSql(instant)} AS bucket`, ...seriesColumns];
    const source = sourceSql({ plan: plans[0] as Plan, selection: rest, columns, hasTimes: false }, binder);
    return compose(source, binder);
  });
}

/**
 * The environment of a row, to be grouped by. Of a single one it is a value that is known, and the engine groups by what else there
 * is alone: half the work.
 */
export function environmentSql(envIds: readonly string[], binder: Binder): string {
  const [envId = '', ...others] = envIds;
  return others.length === 0 ? binder.bind(envId, 'String') : 'env_id';
}

/**
 * A statement is text of 256 KiB at most, with all that is bound to it: names of so many characters are asked for at once, each of
 * which may be in it three times.
 */
const mostNameCharacters = 40_000;

/** Names in parts that a statement can ask for, those of a kind together. */
export function inStatements(names: readonly SeriesName[], most = mostNameCharacters): SeriesName[][] {
  const parts: SeriesName[][] = [];
  let left = 0;
  for (const name of names.toSorted((a, b) => (a.kind < b.kind ? -1 : Number(a.kind > b.kind)))) {
    left -= name.envId.length + name.key.length;
    if (left < 0 || parts.length === 0) {
      parts.push([]);
      left = most - name.envId.length - name.key.length;
    }
    parts.at(-1)?.push(name);
  }
  return parts;
}

/** Names of series as a set that a tuple of environment, kind and key is looked up in. */
export function namesSql(names: readonly SeriesName[], binder: Binder): string {
  const lists = [names.map(({ envId }) => envId), names.map(({ kind }) => kind), names.map(({ key }) => key)];
  const [envIds, kinds, keys] = lists.map((list) => binder.bind(list, 'Array(String)'));
  return `(SELECT arrayJoin(arrayZip(${envIds}, ${kinds}, ${keys})))`;
}

/** That environment `e` and key `k` are of one of some series of a kind. */
export function isOneOfSql(kind: WatchedKind, names: readonly SeriesName[], binder: Binder): string {
  const own = names.filter((name) => name.kind === kind);
  const [envIds, keys] = [own.map(({ envId }) => envId), own.map(({ key }) => key)].map((list) =>
    binder.bind(list, 'Array(String)'),
  );
  // By keys alone first: those are looked up in the dictionary of a column, a pair row by row.
  return `k IN ${keys} AND (e, k) IN (SELECT arrayJoin(arrayZip(${envIds}, ${keys})))`;
}
