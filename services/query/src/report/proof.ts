import { hourMs, hourOf, secondMs, type TimeRange } from '@custody/decision';
import {
  ask,
  type Coverage,
  environmentAsked,
  type Gap,
  isWithinEnvironments,
  type SealedHours,
  sealedHoursOf,
} from '@custody/store';
import { troubleText } from '../hours/seal-text.ts';
import type { Asked } from '../routes/route.ts';
import type { ReportParts } from './report-parts.ts';

/** Hours in a row of which the same is to be said. */
export interface Hours {
  readonly envId: string;
  readonly envName: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Why they are not sealed complete, in words. */
  readonly why: string;
}

/** What is proven of a report's range, per environment, as of a moment before its rows were read. */
export interface Proof {
  readonly atMs: number;
  readonly coverage: readonly Coverage[];
  readonly gaps: readonly Gap[];
  /** Hours that hold: complete, and empty ones. */
  readonly sealed: { readonly complete: number; readonly empty: number };
  /** Hours of the range, between the beginning of history and now, that are not sealed complete or empty. */
  readonly unsealed: readonly Hours[];
  /** The range begins before the history of one of the environments, or there is none at all. */
  readonly beginsBefore: boolean;
  /** Every second of the range was read and is as the source listed it: what every answer calls proven. */
  readonly isProven: boolean;
  /** Beyond that, every hour of it is sealed: what was listed is what is stored. */
  readonly isSealed: boolean;
}

/** What is wrong with each hour of an environment that is not sealed well. */
function troubles(seals: SealedHours | undefined, range: TimeRange): [hourStartMs: number, why: string][] {
  const sealed = new Set(seals?.hours ?? []);
  const found = (seals?.troubled ?? []).map(
    ([hour, state, reasons, missing, deadLetters, isCurrent]): [number, string] => [
      hour * secondMs,
      troubleText({ state, reasons, missing, deadLetters, isCurrent }),
    ],
  );
  for (let hour = hourOf(range.fromMs); hour < range.toMs; hour += hourMs) {
    if (!sealed.has(hour / secondMs)) found.push([hour, 'not sealed yet']);
  }
  return found.sort(([one], [other]) => one - other);
}

function inARow(environment: Coverage, found: readonly [number, string][]): Hours[] {
  const rows: Hours[] = [];
  for (const [fromMs, why] of found) {
    const last = rows.at(-1);
    if (last?.why === why && last.toMs === fromMs) rows[rows.length - 1] = { ...last, toMs: fromMs + hourMs };
    else rows.push({ envId: environment.env_id, envName: environment.env_name, fromMs, toMs: fromMs + hourMs, why });
  }
  return rows;
}

/** Reads what is proven of the range of a question, in the environments that it lets through. Throws `STORE_*`. */
export async function readProof({ clock, caller }: ReportParts, asked: Asked): Promise<Proof> {
  const { range, selection, options } = asked;
  const { answers, store, scope } = caller;
  // Numbers of whole environments are not for those who see a part of them: that an hour is not whole is.
  const hides = isWithinEnvironments(scope);
  const isAsked = environmentAsked(selection);
  const atMs = clock.now();
  const [all, allGaps, seals] = await Promise.all([
    answers.coverage(range),
    answers.gaps(range),
    ask(store, sealedHoursOf(range), options),
  ]);
  const coverage = all.filter(({ env_id }) => isAsked(env_id));
  const byEnvironment = new Map(seals.map((row) => [row.env_id, row]));
  const unsealed = coverage.flatMap((environment) => {
    const fromMs = Math.max(range.fromMs, Date.parse(environment.oldest));
    const within = { fromMs, toMs: Math.min(range.toMs, atMs) };
    const found = troubles(byEnvironment.get(environment.env_id), within);
    return inARow(environment, hides ? found.map(([at]) => [at, 'not sealed complete']) : found);
  });
  const sum = (of: 'complete' | 'empty') =>
    coverage.reduce((total, { env_id }) => total + (byEnvironment.get(env_id)?.[of] ?? 0), 0);
  const gaps = allGaps.filter(({ envId }) => isAsked(envId));
  const beginsBefore = coverage.length === 0 || coverage.some(({ oldest }) => Date.parse(oldest) > range.fromMs);
  const isPast = !beginsBefore && range.toMs <= atMs;
  return {
    ...{ atMs, coverage, gaps, unsealed, beginsBefore },
    // Which of them are empty tells of everybody's decisions.
    sealed: hides
      ? { complete: sum('complete') + sum('empty'), empty: 0 }
      : { complete: sum('complete'), empty: sum('empty') },
    isProven: isPast && gaps.length === 0,
    isSealed: isPast && unsealed.length === 0,
  };
}
