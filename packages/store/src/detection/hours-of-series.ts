import type { WatchedKind } from '@custody/decision';
import { blockBuckets, isOfKindSql, keyOfKindSql } from './series-sql.ts';

/** Columns of decisions that kinds with few series are made of. */
const columnsOfFew = ['server', 'reason_code'] as const;
const fewOf: readonly WatchedKind[] = ['server', 'reason', 'environment'];

/** Whether a kind has few series: of those all are known. */
export function hasFew(kind: WatchedKind): boolean {
  return fewOf.includes(kind);
}

export interface HoursOfSeries {
  /** With `env_id`, `bucket`, `counted` and the columns of series. */
  readonly source: string;
  /** The environment of a row. */
  readonly environment: string;
  /** Which keys `k` of environments `e` are wanted of a kind. */
  readonly isChosen: (kind: WatchedKind) => string;
}

/**
 * Statements that tell of each hour (`block`) in which a series (`e`, `kind`, `k`) was denied anything the counts of its twelve buckets
 * (`counts`), so that rows are grouped once, by as little as will do. Kinds with many series have one each: kind by kind the
 * engine reads and groups by one column at a time, which takes a third of what it does to make six series of each row.
 * Those with few are made together, of the few combinations that rows are grouped into first.
 */
export function hoursOfSeriesSql(
  kinds: readonly WatchedKind[],
  { source, environment, isChosen }: HoursOfSeries,
): string[] {
  const places = Array.from({ length: blockBuckets }, (_, at) => `sumIf(counted, bucket % ${blockBuckets} = ${at})`);
  const hour = `intDiv(bucket, ${blockBuckets}) AS block, [${places.join(', ')}] AS counts`;
  const [few, many] = [kinds.filter(hasFew), kinds.filter((kind) => !hasFew(kind))];
  const statements = many.map(
    (kind) => `
    SELECT ${environment} AS e, '${kind}' AS kind, ${keyOfKindSql[kind]} AS k, ${hour}
    FROM ${source}
    WHERE ${isOfKindSql(kind, 'k')} AND ${isChosen(kind)}
    GROUP BY e, k, block`,
  );
  if (few.length === 0) return statements;
  const made = few.map((kind) => `('${kind}', toString(${keyOfKindSql[kind]}))`);
  const wanted = few.map((kind) => `kind = '${kind}' AND ${isOfKindSql(kind, 'k')} AND ${isChosen(kind)}`);
  const ofFew = `
    SELECT e, series.1 AS kind, series.2 AS k, block, sumForEach(counts) AS counts
    FROM (
      SELECT ${environment} AS e, ${columnsOfFew.join(', ')}, ${hour}
      FROM ${source}
      GROUP BY e, ${columnsOfFew.join(', ')}, block
    )
    ARRAY JOIN [${made.join(', ')}] AS series
    WHERE ${wanted.map((one) => `(${one})`).join(' OR ')}
    GROUP BY e, kind, k, block`;
  return [...statements, ofFew];
}
