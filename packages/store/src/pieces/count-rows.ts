import { dayMs, hourMs, type TimeRange } from '@custody/decision';
import { offsetAt, type ZoneOffset } from '../plan/calendar.ts';
import { type Dimension, groupedColumns } from '../questions/dimensions.ts';
import type { Selection } from '../questions/selection.ts';
import type { Counted } from './counted.ts';
import { bucketStartOf, type Counting } from './counting.ts';
import { type HourRows, isTextColumn, type TextColumn } from './hour-rows.ts';
import { rowMatcher } from './row-matcher.ts';
import { type DistinctMeasure, Tally } from './tally.ts';

/** A group-by name of rows: what of it a row has, as a number below `size`, and what that stands for. */
interface Axis {
  readonly size: number;
  readonly codeOf: (row: number) => number;
  readonly nameOf: (code: number) => string | number;
}

export interface RowsOfHour {
  readonly envId: string;
  readonly rows: HourRows;
}

/** How rows are counted: by what clocks, and in what buckets. */
export interface RowsWanted {
  readonly counting: Counting;
  readonly selection: Selection;
  readonly offsets: readonly ZoneOffset[];
  /** Of the buckets' zone; `steadyAhead`. */
  readonly aheadMs: number;
}

function axisOf(name: Dimension, { envId, rows }: RowsOfHour, offsets: readonly ZoneOffset[]): Axis {
  const localMs = (row: number) => {
    const epochMs = rows.atMs[row] ?? 0;
    return epochMs + offsetAt(offsets, epochMs);
  };
  if (name === 'env') return { size: 1, codeOf: () => 0, nameOf: () => envId };
  if (name === 'hour_of_day') {
    return { size: 24, codeOf: (row) => Math.floor(localMs(row) / hourMs) % 24, nameOf: (code) => code };
  }
  if (name === 'day_of_week') {
    // 1970 began on a Thursday, and Monday is 1.
    return { size: 7, codeOf: (row) => (Math.floor(localMs(row) / dayMs) + 3) % 7, nameOf: (code) => code + 1 };
  }
  const [column = ''] = groupedColumns([name]);
  if (!isTextColumn(column)) throw new Error(`${name} is of no column that is held`);
  const { values, codes } = rows.texts[column];
  return { size: values.length, codeOf: (row) => codes[row] ?? 0, nameOf: (code) => values[code] ?? '' };
}

/** What a row adds to those that are told apart; `''` is nobody. */
function textsOf({ texts }: HourRows): Readonly<Record<DistinctMeasure, (row: number) => string>> {
  const text = (column: TextColumn) => {
    const { values, codes } = texts[column];
    return (row: number) => values[codes[row] ?? 0] ?? '';
  };
  const [server, tool] = [text('server'), text('tool')];
  return {
    agents: text('agent_key'),
    humans: text('human_key'),
    servers: server,
    tools: (row) => (tool(row) === '' ? '' : `${server(row)}\0${tool(row)}`),
  };
}

/** Counts the rows of an hour that lie in a range and are asked for. */
export function countRows(hour: RowsOfHour, range: TimeRange, wanted: RowsWanted, counted: Counted): void {
  const { rows } = hour;
  const { groupBy, measures, bucket } = wanted.counting;
  const fits = rowMatcher(rows, wanted.selection);
  const axes = groupBy.map((name) => axisOf(name, hour, wanted.offsets));
  const texts = textsOf(rows);
  const decision = rows.texts.decision;
  const human = rows.texts.human_key;
  const tallies = new Map<number, Map<number, Tally>>();
  for (let row = 0; row < rows.size; row += 1) {
    const atMs = rows.atMs[row] ?? 0;
    if (atMs < range.fromMs || atMs >= range.toMs || !fits(row)) continue;
    const bucketMs = bucket === undefined ? 0 : bucketStartOf(bucket, atMs, wanted.aheadMs);
    let group = 0;
    for (const { size, codeOf } of axes) group = group * size + codeOf(row);
    const ofBucket = tallies.get(bucketMs) ?? new Map<number, Tally>();
    tallies.set(bucketMs, ofBucket);
    const tally = ofBucket.get(group) ?? new Tally(measures);
    ofBucket.set(group, tally);
    const verdict = decision.values[decision.codes[row] ?? 0];
    tally.decisions += 1;
    if (verdict === 'deny') tally.denials += 1;
    if (verdict !== 'unknown') tally.decided += 1;
    if (human.values[human.codes[row] ?? 0] === '') tally.possible += 1;
    if (atMs < tally.firstMs) tally.firstMs = atMs;
    if (atMs > tally.lastMs) tally.lastMs = atMs;
    for (const [measure, met] of tally.met) {
      const text = texts[measure](row);
      if (text !== '') met.add(text);
    }
  }
  for (const [bucketMs, groups] of tallies) {
    for (const [group, tally] of groups) {
      counted.add({ bucketMs: bucket === undefined ? null : bucketMs, names: namesOf(group, axes), tally });
    }
  }
}

/** What a combination of the axes' codes stands for. */
function namesOf(group: number, axes: readonly Axis[]): (string | number)[] {
  const names: (string | number)[] = [];
  let left = group;
  for (const { size, nameOf } of axes.toReversed()) {
    names.unshift(nameOf(left % size));
    left = Math.floor(left / size);
  }
  return names;
}
