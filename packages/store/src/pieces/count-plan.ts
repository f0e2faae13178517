import { hourMs, type TimeRange } from '@custody/decision';
import type { StatementOptions, StoreClient } from '../client.ts';
import type { ZoneOffset } from '../plan/calendar.ts';
import type { Plan } from '../plan/plan.ts';
import { sealBookOf } from '../plan/seal-book.ts';
import { isOfSums } from '../plan/source-sql.ts';
import { hoursOf } from '../plan/stretches.ts';
import { groupedColumns } from '../questions/dimensions.ts';
import { measuredColumns } from '../questions/measures.ts';
import type { Selection } from '../questions/selection.ts';
import { cubeColumns } from '../rollups/cubes.ts';
import { countRows } from './count-rows.ts';
import { Counted } from './counted.ts';
import { type Counting, steadyAhead } from './counting.ts';
import { type EnvironmentHour, hourKey } from './hour-rows.ts';
import { KeptHours } from './kept-hours.ts';
import { KeptSumsOfClient } from './kept-sums.ts';
import { canMatch } from './row-matcher.ts';

/** A plan, and what is counted by it. */
export interface CountedPlan {
  readonly plan: Plan;
  readonly counting: Counting;
  /** What is left of the selection beside the plan. */
  readonly selection: Selection;
  readonly timeZone: string;
  readonly offsets: readonly ZoneOffset[];
}

interface Pieces {
  readonly hours: KeptHours;
  readonly sums: KeptSumsOfClient;
}

const pieces = new WeakMap<StoreClient, Pieces>();

function piecesOf(client: StoreClient): Pieces {
  const book = sealBookOf(client);
  const known = pieces.get(client) ?? {
    hours: new KeptHours(client, book),
    sums: new KeptSumsOfClient(client, book),
  };
  pieces.set(client, known);
  return known;
}

/** The rows that are held for all questions that are asked through a client. */
export function keptHoursOf(client: StoreClient): KeptHours {
  return piecesOf(client).hours;
}

/** A stretch of rows that lies in one hour of one environment. */
interface RowStretch extends EnvironmentHour {
  readonly range: TimeRange;
}

function rowStretches({ parts }: Plan): RowStretch[] {
  const shares = parts.filter((part) => !isOfSums(part)).flatMap((part) => part.shares);
  return shares.flatMap(({ envIds, ranges }) =>
    ranges.flatMap((range) =>
      hoursOf([range]).flatMap((startMs) => {
        const [fromMs, toMs] = [Math.max(range.fromMs, startMs), Math.min(range.toMs, startMs + hourMs)];
        return envIds.map((envId) => ({ envId, startMs, range: { fromMs, toMs } }));
      }),
    ),
  );
}

/** The part of time that instants of a plan count as. */
function shifted({ plan, counting: { bucket } }: CountedPlan): TimeRange {
  const { fromMs, toMs } = plan.range;
  const shiftMs = bucket?.shiftMs ?? 0;
  return { fromMs: fromMs + Math.min(0, shiftMs), toMs: toMs + Math.max(0, shiftMs) };
}

/**
 * Whether a plan can be counted piece by piece: sums whose builds are named, and the rows of a few hours, of which all is held that is
 * looked at. Where there are no rows, a statement is as good: what it answers is remembered as a whole.
 */
function isInPieces(one: CountedPlan, mostHours: number): boolean {
  const { plan, counting, selection } = one;
  const looked = [...groupedColumns(counting.groupBy), ...measuredColumns(counting.measures)];
  const hours = rowStretches(plan).length;
  return (
    hours > 0 &&
    hours <= mostHours &&
    plan.parts.every(({ builds }) => builds !== null) &&
    looked.every((column) => (cubeColumns as readonly string[]).includes(column)) &&
    canMatch(selection) &&
    (counting.bucket === undefined || steadyAhead(shifted(one), one.offsets) !== null)
  );
}

/** Whether plans can be counted piece by piece, and one of them has to be: it has rows. */
export function areInPieces(all: readonly CountedPlan[], mostHours: number): boolean {
  const withRows = all.filter(({ plan }) => rowStretches(plan).length > 0);
  return (
    withRows.length > 0 &&
    withRows.every((one) => isInPieces(one, mostHours)) &&
    all.every(({ plan }) => plan.parts.every(({ builds }) => builds !== null))
  );
}

/** Begins to read the sums of plans: they are right whatever is found to be new. What fails is read again when it is needed. */
export function prepareSums(client: StoreClient, all: readonly CountedPlan[], statement: StatementOptions): void {
  for (const one of all)
    void piecesOf(client)
      .sums.read(one, statement)
      .catch(() => undefined);
}

async function countPlan(client: StoreClient, one: CountedPlan, statement: StatementOptions): Promise<Counted | null> {
  const { hours, sums } = piecesOf(client);
  const { plan, counting, selection, offsets } = one;
  const stretches = rowStretches(plan);
  const whole = [...new Map(stretches.map((stretch) => [hourKey(stretch), stretch])).values()];
  const [ofSums, rows] = await Promise.all([
    sums.read(one, statement),
    whole.length === 0 ? [] : hours.read(whole, statement),
  ]);
  if (ofSums === null || rows === null) return null;
  const counted = new Counted(counting.measures);
  for (const group of ofSums) counted.add(group);
  const byHour = new Map(whole.map((hour, index) => [hourKey(hour), rows[index]]));
  const aheadMs = steadyAhead(shifted(one), offsets) ?? 0;
  for (const stretch of stretches) {
    const { envId, range } = stretch;
    const ofHour = byHour.get(hourKey(stretch));
    if (ofHour) countRows({ envId, rows: ofHour }, range, { counting, selection, offsets, aheadMs }, counted);
  }
  return counted;
}

/**
 * Counts plans that `areInPieces`: from sums that are held, and from the rows of hours that are held for all questions, each as
 * of the book's last look or later. `null` where something is too large to be held. Throws `STORE_*`.
 */
export async function countPlans(
  client: StoreClient,
  all: readonly CountedPlan[],
  statement: StatementOptions,
): Promise<readonly Counted[] | null> {
  const counted = await Promise.all(all.map((one) => countPlan(client, one, statement)));
  const found = counted.filter((one) => one !== null);
  return found.length === all.length ? found : null;
}
