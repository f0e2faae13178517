import type { Dimension } from '../questions/dimensions.ts';
import type { Measure } from '../questions/measures.ts';
import type { Counted, CountedGroup } from './counted.ts';
import { Tally } from './tally.ts';

/** What chooses and orders groups. */
export interface ChosenBy {
  readonly groupBy: readonly Dimension[];
  readonly measures: readonly Measure[];
  readonly order: { readonly by: Measure | Dimension; readonly descending: boolean };
  readonly limit: number;
}

type Value = string | number | null;
type Row = Record<string, Value>;

const high = 0xd800;

/** In the order of their bytes, as the store has them: halves of pairs stand for what comes after all that is none. */
function compareTexts(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a === b) continue;
    const isPair = (unit: number) => unit >= high && unit < 0xe000;
    return isPair(a) === isPair(b) ? a - b : isPair(a) ? 1 : -1;
  }
  return one.length - other.length;
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  return Number(one) - Number(other);
}

/** What is unknown comes last, in whatever order. */
function compareValues(one: Value, other: Value, isDescending: boolean): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return isDescending ? compare(other, one) : compare(one, other);
}

function compareNames(one: CountedGroup, other: CountedGroup): number {
  for (const [index, name] of one.names.entries()) {
    const order = compare(name, other.names[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

const keyOf = ({ names }: CountedGroup) => JSON.stringify(names);

/** All groups as one, also where there are none. */
export function summedUp(groups: readonly CountedGroup[], measures: readonly Measure[]): CountedGroup {
  const tally = new Tally(measures);
  for (const group of groups) tally.add(group.tally);
  return { bucketMs: null, names: [], tally };
}

/** The groups of each bucket as one. */
export function summedUpByBucket(groups: readonly CountedGroup[], measures: readonly Measure[]): CountedGroup[] {
  const byBucket = Map.groupBy(groups, ({ bucketMs }) => bucketMs);
  return [...byBucket].map(([bucketMs, own]) => ({ ...summedUp(own, measures), bucketMs }));
}

/** The groups that a request is answered by, in its order; without groups exactly one. */
export function firstGroups({ groupBy, measures, order, limit }: ChosenBy, counted: Counted | undefined) {
  const { by, descending } = order;
  const groups = counted?.groups ?? [];
  const index = (groupBy as readonly string[]).indexOf(by);
  if (groupBy.length === 0) return [groups[0] ?? summedUp([], measures)].slice(0, limit);
  const ordered = ({ names, tally }: CountedGroup): Value => {
    return index < 0 ? tally.measure(by as Measure) : (names[index] ?? '');
  };
  const valued = groups.map((group) => ({ group, value: ordered(group) }));
  valued.sort((a, b) => compareValues(a.value, b.value, descending) || compareNames(a.group, b.group));
  return valued.slice(0, limit).map(({ group }) => group);
}

/** The groups, of whatever bucket, that are among those. */
export function inside(counted: Counted | undefined, those: readonly CountedGroup[]): CountedGroup[] {
  const keys = new Set(those.map(keyOf));
  return (counted?.groups ?? []).filter((group) => keys.has(keyOf(group)));
}

/** The groups, of whatever bucket, that are not. */
export function outside(counted: Counted | undefined, those: readonly CountedGroup[]): CountedGroup[] {
  const keys = new Set(those.map(keyOf));
  return (counted?.groups ?? []).filter((group) => !keys.has(keyOf(group)));
}

function namesRow({ names }: CountedGroup, groupBy: readonly Dimension[]): Row {
  return Object.fromEntries(groupBy.map((name, index) => [`g_${name}`, names[index] ?? '']));
}

function rowOf(group: CountedGroup, groupBy: readonly Dimension[], measures: readonly Measure[]): Row {
  const row = namesRow(group, groupBy);
  for (const name of measures) row[`m_${name}`] = group.tally.measure(name);
  return row;
}

export function groupRows(
  groups: readonly CountedGroup[],
  groupBy: readonly Dimension[],
  measures: readonly Measure[],
): Row[] {
  return groups.map((group) => rowOf(group, groupBy, measures));
}

/** Bucket by bucket; what has no rows is not among them. */
export function seriesRows(
  groups: readonly CountedGroup[],
  groupBy: readonly Dimension[],
  measures: readonly Measure[],
): Row[] {
  const ordered = [...groups].sort((a, b) => (a.bucketMs ?? 0) - (b.bucketMs ?? 0));
  return ordered.map((group) => ({ bucket_ms: group.bucketMs, ...rowOf(group, groupBy, measures) }));
}

/** Groups with their measures, and beside each those of the same group in the earlier range. */
export function comparedRows(
  first: readonly CountedGroup[],
  earlier: Counted | undefined,
  groupBy: readonly Dimension[],
  measures: readonly Measure[],
): Row[] {
  const byKey = new Map((earlier?.groups ?? []).map((group) => [keyOf(group), group]));
  return first.map((group) => {
    const then = byKey.get(keyOf(group));
    const row: Row = { has_earlier: then === undefined ? 0 : 1, ...namesRow(group, groupBy) };
    for (const name of measures) {
      row[`now_${name}`] = group.tally.measure(name);
      row[`then_${name}`] = then?.tally.measure(name) ?? null;
    }
    return row;
  });
}
