import type { TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import { isDenialsOnly, matchedColumns, type Selection } from '../questions/selection.ts';
import { isBrief, readBriefSnapshot } from './brief.ts';
import type { Grain } from './calendar.ts';
import { type SourceLevel, sourceLevels } from './cover.ts';
import { asksForNames, isEnvironmentAsked, readEnvironmentNames, splitEnvironments } from './environments.ts';
import { type Plan, planOf } from './plan.ts';
import { type EnvironmentSnapshot, readSnapshot, readZoneOffsets } from './snapshot.ts';

/** What an answer was read from, and what it lacks. */
export interface SourcesOfAnswer {
  readonly levels: readonly SourceLevel[];
  /** Expired rows that the question needs and no rollup tells, from the first to the last; `null` for a whole answer. */
  readonly expired: TimeRange | null;
}

export interface PlanningOptions extends StatementOptions {
  /** Is told what each statement reads, before it does. */
  readonly onPlan?: (sources: SourcesOfAnswer) => void;
  /**
   * Given to several statements of one answer, has them go by one look at what holds, by range. Not for longer: what is
   * stored after the look in hours that were sealed or unknown is not seen.
   */
  readonly snapshots?: Map<string, Promise<EnvironmentSnapshot[]>>;
  /** Looks at this too, so that statements of several ranges share the look. */
  readonly also?: TimeRange;
}

/** One range of a question, and what is looked at there beyond the selection. */
export interface PlannedRange {
  readonly range: TimeRange;
  readonly columns: readonly string[];
  readonly grains: readonly Grain[];
}

export interface Plans {
  /** One a range, in their order; all of one moment. */
  readonly plans: readonly Plan[];
  /** What is left of the selection: the plans know time and environments. */
  readonly selection: Selection;
}

function reach(ranges: readonly PlannedRange[], shifted: boolean): TimeRange {
  const ends = ranges.flatMap(({ range, grains }) => [
    range,
    ...(shifted ? grains : []).map(({ shiftMs }) => ({ fromMs: range.fromMs + shiftMs, toMs: range.toMs + shiftMs })),
  ]);
  return { fromMs: Math.min(...ends.map(({ fromMs }) => fromMs)), toMs: Math.max(...ends.map(({ toMs }) => toMs)) };
}

/** What ranges are planned by. Where all are brief, most often nothing of what holds has to be known. */
async function lookAt(client: StoreClient, range: TimeRange, areBrief: boolean, options: StatementOptions) {
  const brief = areBrief ? await readBriefSnapshot(client, range, options) : null;
  return brief ?? readSnapshot(client, range, options);
}

function union(one: TimeRange, other: TimeRange): TimeRange {
  return { fromMs: Math.min(one.fromMs, other.fromMs), toMs: Math.max(one.toMs, other.toMs) };
}

function snapshotOf(
  client: StoreClient,
  ranges: readonly PlannedRange[],
  { snapshots, also, ...options }: PlanningOptions,
): Promise<EnvironmentSnapshot[]> {
  const asked = reach(ranges, false);
  const range = also === undefined ? asked : union(asked, also);
  const areBrief = [range, ...ranges.map((one) => one.range)].every(isBrief);
  const key = JSON.stringify([range, areBrief]);
  const found = snapshots?.get(key) ?? lookAt(client, range, areBrief, options);
  snapshots?.set(key, found);
  return found;
}

/** Plans what a question reads. Throws `STORE_*`. */
export async function readPlans(
  client: StoreClient,
  question: { readonly selection: Selection; readonly timeZone: string; readonly ranges: readonly PlannedRange[] },
  { onPlan, snapshots, also, ...options }: PlanningOptions,
): Promise<Plans> {
  const { ranges, timeZone } = question;
  const { about, rest } = splitEnvironments(question.selection);
  const hasGrains = ranges.some(({ grains }) => grains.length > 0);
  const [found, offsets, names] = await Promise.all([
    snapshotOf(client, ranges, { ...options, ...(snapshots && { snapshots }), ...(also && { also }) }),
    hasGrains ? readZoneOffsets(client, timeZone, reach(ranges, true), options) : [],
    asksForNames(about) ? readEnvironmentNames(client, options) : new Map<string, string[]>(),
  ]);
  const environments = found.filter(({ envId }) => isEnvironmentAsked(about, envId, names.get(envId)));
  const plans = ranges.map(({ range, columns, grains }) => {
    const needs = {
      range,
      grains,
      columns: new Set([...columns, ...matchedColumns(rest)]),
      isDenialsOnly: isDenialsOnly(rest),
    };
    return planOf(needs, { environments, offsets });
  });
  const read = new Set(plans.flatMap(({ parts }) => parts.map(({ level }) => level)));
  const levels = sourceLevels.filter((level) => read.has(level));
  for (const { expired } of plans) onPlan?.({ levels, expired });
  return { plans, selection: rest };
}
