import { hourMs, secondMs, settlingSeconds } from '@custody/decision';
import { type PlanInput, unproven } from './window-plan.ts';

/** How much of an environment's time is not proven, in seconds; the three never overlap. */
export interface Coverage {
  /** Younger than the lateness and the time to settle: normal. */
  readonly open: number;
  /** Older, and not proven. */
  readonly blind: number;
  /** Known not to be readable. */
  readonly unreadable: number;
}

export interface CoverageInput extends Pick<PlanInput, 'windowsOf' | 'horizonMs'> {
  readonly latenessMs: number;
}

/** The coverage from the horizon up to now, from the windows on record. */
export function coverageOf({ windowsOf, horizonMs, latenessMs }: CoverageInput, nowMs: number): Coverage {
  const agedMs = nowMs - latenessMs - settlingSeconds * secondMs;
  let open = 0;
  let blind = 0;
  let unreadable = 0;
  for (let hour = horizonMs; hour < nowMs; hour += hourMs) {
    const windows = windowsOf(hour);
    for (const { fromMs, toMs } of unproven(hour, windows, nowMs)) {
      const youngMs = Math.max(0, toMs - Math.max(fromMs, agedMs));
      open += youngMs;
      blind += toMs - fromMs - youngMs;
    }
    for (const { fromMs, toMs, state } of windows) if (state === 'unreadable') unreadable += toMs - fromMs;
  }
  return { open: open / secondMs, blind: blind / secondMs, unreadable: unreadable / secondMs };
}

/** Coverage with its rows, and the oldest stretch that is still open. */
export interface CoverageReport extends Coverage {
  /** Distinct ids listed by the last full pass of each window. */
  readonly rowsListed: number;
  /** Of those, in windows that are proven. */
  readonly rowsRead: number;
  /** What the source counted beyond what it listed, in windows that are not proven. */
  readonly rowsMissing: number;
  /** What the source no longer lists, whether it was read before or only counted. */
  readonly rowsDeleted: number;
  readonly oldestOpenMs: number | null;
}

/** The coverage from the horizon up to now, with the rows of the windows on record. */
export function coverageReport(input: CoverageInput, nowMs: number): CoverageReport {
  const rows = { rowsListed: 0, rowsRead: 0, rowsMissing: 0, rowsDeleted: 0 };
  let oldestOpenMs: number | null = null;
  for (let hour = input.horizonMs; hour < nowMs; hour += hourMs) {
    const windows = input.windowsOf(hour);
    oldestOpenMs ??= unproven(hour, windows, nowMs)[0]?.fromMs ?? null;
    for (const { state, listed, counted, beside, deletedAtSource } of windows) {
      rows.rowsListed += listed;
      rows.rowsDeleted += deletedAtSource;
      if (state === 'closed') rows.rowsRead += listed;
      else rows.rowsMissing += Math.max(0, (counted ?? 0) - listed - (beside?.before ?? 0) - (beside?.after ?? 0));
    }
  }
  return { ...coverageOf(input, nowMs), ...rows, oldestOpenMs };
}
