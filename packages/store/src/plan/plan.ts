import { dayMs, hourMs, type TimeRange } from '@custody/decision';
import { type Cube, cubes } from '../rollups/cubes.ts';
import { type Grain, nests, surelyNest, type ZoneOffset } from './calendar.ts';
import { partOverhead, rowsPerDecision } from './cost.ts';
import { type Cover, cover, hoursThatNest, type SourceLevel, sourceLevels } from './cover.ts';
import type { EnvironmentSnapshot } from './snapshot.ts';
import { isFine, startsOf, withinHourMs } from './stretches.ts';

/** What a question needs of each decision. */
export interface Needs {
  readonly range: TimeRange;
  /** Columns of `custody.decisions` that its filters, groups and measures look at, other than `env_id` and the time. */
  readonly columns: ReadonlySet<string>;
  /** Whether it asks for denials only. */
  readonly isDenialsOnly: boolean;
  /** What rows of rollups must nest into. */
  readonly grains: readonly Grain[];
}

/** What the plan goes by: the asked environments as of one moment, and the offsets of the zone of the grains. */
export interface PlanContext {
  readonly environments: readonly EnvironmentSnapshot[];
  readonly offsets: readonly ZoneOffset[];
  /** Names at most so many builds of a level. Default 2,000. */
  readonly mostNamed?: number | undefined;
}

/** Stretches that are read alike for some environments; in order and disjoint. */
export interface PartOfEnvironments {
  readonly envIds: readonly string[];
  readonly ranges: readonly TimeRange[];
}

export interface Part {
  readonly level: SourceLevel;
  /** Each environment in one of them at most. */
  readonly shares: readonly PartOfEnvironments[];
  /** Of sums, the builds that count; `null` where they are too many to be named. */
  readonly builds: readonly string[] | null;
}

/** What to read a range from: each instant of each environment in one part. */
export interface Plan {
  readonly range: TimeRange;
  /** Whose levels are read; `null` for rows alone. */
  readonly cube: Cube | null;
  /** The coarsest level first; never empty. */
  readonly parts: readonly Part[];
  /**
   * What the answer lacks: expired rows that the question needs and no rollup tells, from the first to the last; `null` for
   * a whole answer.
   */
  readonly expired: TimeRange | null;
  /** Whether rows expired in the asked environments: their hours are the builds that they were marked with. */
  readonly hasExpired: boolean;
  /** Where builds are looked up, seals and interim sums that were written later do not count; microseconds by the store's clock. */
  readonly sealedUntilUs: number;
}

type Covers = readonly { readonly envId: string; readonly cover: Cover }[];

/** Longer lists of builds are looked up by the statement, which takes less than to send them; a URL holds a megabyte. */
const mostBuilds = 2_000;

/** The builds of what environments are read from at a level; `null` for too many. */
function buildsAt(level: SourceLevel, covers: Covers, { environments, mostNamed = mostBuilds }: PlanContext) {
  if (level === 'raw') return [];
  const span = isFine(level) ? 'hour' : level;
  const byId = new Map(environments.map((environment) => [environment.envId, environment]));
  const builds: string[] = [];
  for (const { envId, cover: ofOne } of covers) {
    for (const startMs of startsOf(span, ofOne.ranges.get(level) ?? [])) {
      const build = byId.get(envId)?.buildOf(span, startMs);
      if (build) builds.push(build);
      if (builds.length > mostNamed) return null;
    }
  }
  return builds;
}

function sharesAt(level: SourceLevel, covers: Covers): PartOfEnvironments[] {
  const alike = Map.groupBy(
    covers.filter(({ cover }) => cover.ranges.has(level)),
    ({ cover }) => JSON.stringify(cover.ranges.get(level)),
  );
  return [...alike.values()].map((members) => ({
    envIds: members.map(({ envId }) => envId),
    ranges: members[0]?.cover.ranges.get(level) ?? [],
  }));
}

function hullOf(ranges: readonly TimeRange[]): TimeRange | null {
  if (ranges.length === 0) return null;
  return { fromMs: Math.min(...ranges.map((one) => one.fromMs)), toMs: Math.max(...ranges.map((one) => one.toMs)) };
}

function durationOf(ranges: readonly TimeRange[] = []): number {
  return ranges.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

interface Candidate {
  readonly cube: Cube | null;
  readonly covers: Covers;
  /** Milliseconds that it cannot answer. */
  readonly lacks: number;
  readonly cost: number;
}

function candidateOf(cube: Cube | null, covers: Covers): Candidate {
  const levels = sourceLevels.filter((level) => covers.some(({ cover }) => cover.ranges.has(level)));
  const read = levels.flatMap((level) =>
    covers.map(({ cover }) => (durationOf(cover.ranges.get(level)) / hourMs) * rowsPerDecision(cube, level)),
  );
  return {
    cube,
    covers,
    lacks: covers.reduce((sum, { cover }) => sum + durationOf(cover.expired), 0),
    cost: read.reduce((sum, rows) => sum + rows, 0) + levels.length * partOverhead,
  };
}

/** More pieces than this in a statement cost more to tell apart than whole stretches of rows cost to read. */
const mostPieces = 1_000;
/** What a share is in pieces beside its ranges: each has conditions of its own, and a statement has 256 KiB. */
const piecesOfShare = 5;

function isInPieces({ covers }: Candidate): boolean {
  const shares = sourceLevels.flatMap((level) => sharesAt(level, covers));
  return shares.reduce((sum, { ranges }) => sum + ranges.length + piecesOfShare, 0) > mostPieces;
}

function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  return [...candidates].sort((a, b) => a.lacks - b.lacks || a.cost - b.cost)[0];
}

/**
 * Environments that are read alike: what is open in one is read from rows in all of them, unless it expired there. So a
 * hundred of them with an open hour each are one share, with a hundred hours.
 */
function alike(environments: readonly EnvironmentSnapshot[]): EnvironmentSnapshot[] {
  const all = (startsOf: (environment: EnvironmentSnapshot) => ReadonlySet<number>) =>
    new Set(environments.flatMap((environment) => [...startsOf(environment)]));
  const openHours = all((environment) => environment.openHours);
  const openDays = all((environment) => environment.openDays);
  const openMonths = all((environment) => environment.openMonths);
  return environments.map((environment) => ({
    ...environment,
    openDays,
    openMonths,
    openHours: new Set([...openHours].filter((hour) => !environment.expiredHours.has(hour))),
  }));
}

/** The same function, asked once for each instant: environments ask for the same days. */
function remembered(count: (epochMs: number) => number): (epochMs: number) => number {
  const known = new Map<number, number>();
  return (epochMs) => {
    const counted = known.get(epochMs) ?? count(epochMs);
    known.set(epochMs, counted);
    return counted;
  };
}

/** Whether a cube counts what is asked for, by what is asked for. */
function fits({ columns, condition }: Cube, needs: Needs): boolean {
  const has = new Set<string>(columns);
  return [...needs.columns].every((column) => has.has(column)) && (condition === '' || needs.isDenialsOnly);
}

/** What may answer a question: rows alone first, then each cube that has its columns. */
function candidatesFor(needs: Needs, { environments, offsets }: PlanContext): Candidate[] {
  const { range, grains } = needs;
  const nestsInAll = (fromMs: number, toMs: number) => {
    for (const grain of grains) if (!nests(fromMs, toMs, grain, offsets)) return false;
    return true;
  };
  const byLevels = new Map<string, Covers>();
  const coverBy = (levels: Cube['levels'] | readonly []) => {
    const known = byLevels.get(levels.join());
    if (known !== undefined) return known;
    const options = { levels, nests: nestsInAll };
    const nestingHours = remembered((dayStartMs) => {
      const [finest] = levels;
      const pieceMs = finest !== undefined && isFine(finest) ? withinHourMs[finest] : 0;
      const day = { fromMs: dayStartMs, toMs: dayStartMs + dayMs };
      const areSure = pieceMs > 0 && grains.every((grain) => surelyNest(day, pieceMs, grain, offsets));
      return areSure ? dayMs / hourMs : hoursThatNest(dayStartMs, options);
    });
    const covers = environments.map((environment) => ({
      envId: environment.envId,
      cover: cover(range, environment, { ...options, nestingHours }),
    }));
    byLevels.set(levels.join(), covers);
    return covers;
  };
  return [
    candidateOf(null, coverBy([])),
    ...cubes.filter((cube) => fits(cube, needs)).map((cube) => candidateOf(cube, coverBy(cube.levels))),
  ];
}

function chosen(needs: Needs, context: PlanContext): Candidate | undefined {
  const candidates = candidatesFor(needs, context);
  const [rows] = candidates;
  const best = cheapest(candidates);
  if (best === undefined || !isInPieces(best)) return best;
  const together = cheapest(candidatesFor(needs, { ...context, environments: alike(context.environments) }));
  const isWorse = together === undefined || together.lacks > best.lacks;
  if (!isWorse && !isInPieces(together)) return together;
  if (rows !== undefined && rows.lacks <= best.lacks) return rows;
  return isWorse ? best : together;
}

/**
 * Chooses what answers a question exactly and reads least: a cube that has its columns, and for each stretch of time and
 * each environment the coarsest level that holds and nests. Pure. Rows alone are always among the choices.
 */
export function planOf(needs: Needs, context: PlanContext): Plan {
  const best = chosen(needs, context);
  const covers = best?.covers ?? [];
  const parts = sourceLevels
    .map((level) => ({ level, shares: sharesAt(level, covers), builds: buildsAt(level, covers, context) }))
    .filter(({ shares }) => shares.length > 0);
  return {
    range: needs.range,
    cube: best?.cube ?? null,
    // Of nothing there is still an answer: no rows.
    parts: parts.length > 0 ? parts : [{ level: 'raw', shares: [{ envIds: [], ranges: [needs.range] }], builds: [] }],
    expired: hullOf(covers.flatMap(({ cover }) => cover.expired)),
    hasExpired: context.environments.some(({ expiredHours }) => expiredHours.size > 0),
    sealedUntilUs: Math.max(0, ...context.environments.map(({ sealedUntilUs }) => sealedUntilUs)),
  };
}
