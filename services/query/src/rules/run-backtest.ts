import { setImmediate } from 'node:timers/promises';
import { type BacktestRows, type DeniedMinuteRow, dayMs, hourMs, type TimeRange } from '@custody/decision';
import { Backtest, type BacktestResult, defaultCountModel, type RuleSet, warmUpMs } from '@custody/detect';
import { CustodyError } from '@custody/runtime';
import {
  readBacktestPast,
  readDeniedMinutes,
  type Scope,
  type StatementOptions,
  type StoreClient,
  storeErrors,
} from '@custody/store';
import { queryErrors } from '../errors.ts';

export interface BacktestAsked {
  readonly ruleSet: RuleSet;
  /** Both at edges of five minutes. */
  readonly range: TimeRange;
  /** `null` for all that the scope shows. */
  readonly envIds: readonly string[] | null;
  /** Whose past is judged: what lies outside is not there. */
  readonly scope: Scope;
  readonly nowMs: number;
}

export interface BacktestWork {
  readonly store: StoreClient;
  readonly statement: StatementOptions;
  readonly signal?: AbortSignal | undefined;
  /** Longer than this it does not take. */
  readonly longestMs: number;
  /** Is told now and then how far it is. */
  readonly onProgress?: (atMs: number) => void;
}

export interface BacktestDone extends BacktestResult {
  readonly range: TimeRange;
}

/** Denials are read by so much at a time, the next ones while these are judged. */
const pieceMs = dayMs;
/** Judged without a pause for others. */
const sliceMs = hourMs;
/** So many counts of the past are held at once, each in eight bytes; that of the range is added to them. */
const mostCounts = 4_000_000;
/** Of answers that are judged and not sent on. */
const mostRows = '5000000';

function counted(rows: readonly BacktestRows[]): number {
  return rows.reduce((sum, { counts }) => sum + counts.reduce((all, series) => all + series.counts.length, 0), 0);
}

/** Judges denials up to a moment, with pauses in which others are answered. */
async function judgePiece(
  backtest: Backtest,
  cells: readonly DeniedMinuteRow[],
  { fromMs, toMs }: TimeRange,
  { signal, onProgress }: BacktestWork,
  assertInTime: (atMs: number) => void,
): Promise<void> {
  const bySlice = Map.groupBy(cells, ({ atMs }) => Math.floor((atMs - fromMs) / sliceMs));
  for (let slice = 0; fromMs + slice * sliceMs < toMs; slice += 1) {
    const untilMs = Math.min(toMs, fromMs + (slice + 1) * sliceMs);
    backtest.advance(bySlice.get(slice) ?? [], untilMs);
    await setImmediate();
    if (signal?.aborted)
      throw new CustodyError(storeErrors.STORE_CANCELLED, 'Nobody waits for the back-test any more.');
    assertInTime(untilMs);
    onProgress?.(untilMs);
  }
}

/**
 * Reads the past and judges it by rules. Throws `STORE_*`, and `QUERY_BACKTEST_TOO_LARGE` for what takes too long or holds
 * too much.
 */
export async function runBacktest(asked: BacktestAsked, work: BacktestWork): Promise<BacktestDone> {
  const { ruleSet, range, scope, nowMs } = asked;
  const { store, longestMs } = work;
  const startedAt = performance.now();
  const settings = { ...work.statement.settings, max_result_rows: mostRows };
  const options = { ...work.statement, settings };
  const minutesFromMs = range.fromMs - warmUpMs;
  const past = await readBacktestPast(
    store,
    { envIds: asked.envIds, range, minutesFromMs, nowMs, scope, model: defaultCountModel },
    options,
  );
  if (counted(past) > mostCounts) {
    throw new CustodyError(
      queryErrors.QUERY_BACKTEST_TOO_LARGE,
      'The four weeks before the range hold too many counts.',
    );
  }
  const assertInTime = (atMs: number) => {
    if (performance.now() - startedAt <= longestMs) return;
    const text = `After ${Math.round(longestMs / 1_000)} s it was judged up to ${new Date(atMs).toISOString()}.`;
    throw new CustodyError(queryErrors.QUERY_BACKTEST_TOO_LARGE, text);
  };
  const backtest = new Backtest({ ruleSet, range, environments: past });
  const envIds = past.map(({ envId }) => envId);
  // Taken over: it is not to be held twice.
  past.length = 0;
  const read = (fromMs: number) =>
    readDeniedMinutes(
      store,
      { envIds, scope, range: { fromMs, toMs: Math.min(range.toMs, fromMs + pieceMs) } },
      options,
    );
  let next = read(minutesFromMs);
  for (let fromMs = minutesFromMs; fromMs < range.toMs; fromMs += pieceMs) {
    const cells = await next;
    const toMs = Math.min(range.toMs, fromMs + pieceMs);
    if (toMs < range.toMs) {
      next = read(toMs);
      // Waited for with the next piece; until then it must not end the process.
      next.catch(() => undefined);
    }
    await judgePiece(backtest, cells, { fromMs, toMs }, work, assertInTime);
  }
  return { ...backtest.result(), range };
}
