import { formatTimestamp, minuteMs, secondMs, type TimeRange } from '@custody/decision';
import type { Log } from '@custody/log';
import { type Clock, CustodyError } from '@custody/runtime';
import { refused } from './backfill-range.ts';
import { backfillErrors } from './errors.ts';
import { LogView, type SeenEnvironment } from './log-view.ts';
import { askFor, hoursBetween, isRead, readingOf, stateOf, type Target, targetsOf } from './target.ts';

export interface BackfillOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Whole hours. */
  readonly range: TimeRange;
  /** Id or key; default: every environment on record. */
  readonly env?: string | undefined;
  /** Ask also for hours that an earlier backfill has read. */
  readonly again?: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BackfillEvent) => void;
}

export interface BackfillProgress {
  readonly hours: number;
  readonly hours_read: number;
  readonly hours_left: number;
  /** Of the hours read since this command began. */
  readonly decisions: number;
  readonly hours_per_minute: number;
  readonly decisions_per_second: number;
  /** `null` until an hour was read. */
  readonly seconds_left: number | null;
}

export type BackfillEvent =
  | {
      readonly event: 'asked';
      readonly environments: readonly string[];
      readonly from: string;
      readonly to: string;
      readonly hours: number;
      readonly asked: number;
      readonly asked_before: number;
      readonly read_before: number;
    }
  /** History begins earlier from now on, and what lies between is read as history. */
  | { readonly event: 'history'; readonly env: string; readonly began: string; readonly hours_between: number }
  | ({ readonly event: 'progress' } & BackfillProgress)
  | { readonly event: 'silent'; readonly env: string; readonly seconds: number }
  | { readonly event: 'waiting'; readonly seconds: number };

export interface BackfillResult {
  readonly outcome: 'read' | 'interrupted';
  readonly hours: number;
  readonly hours_left: number;
  readonly decisions: number;
  /** Listed by an earlier reading, and no longer by the source. */
  readonly deleted_at_source: number;
  readonly unreadable_seconds: number;
  /** Until when the source lists nothing in the range, where it lists nothing at its beginning. */
  readonly nothing_before: string | null;
}

const lookEveryMs = secondMs;
/** The poller writes its coverage once a minute. */
const silentAfterMs = 2 * minuteMs;
const waitingAfterMs = 10 * minuteMs;

function chosen(view: LogView, env: string | undefined): SeenEnvironment[] {
  const all = view.environments();
  if (all.length === 0) throw new CustodyError(backfillErrors.BACKFILL_NO_POLLER, 'The log holds no environment.');
  const found = all.filter(({ envId, envName }) => env === undefined || env === envId || env === envName);
  if (found.length > 0) return found;
  const known = all.map(({ envId, envName }) => `${envName} (${envId})`).join(', ');
  throw refused(`--env ${JSON.stringify(env)} is no environment of this log; it holds ${known}.`);
}

/**
 * Asks the poller by the log to read hours again, and follows it until they are read or the signal aborts. What was
 * asked for before is not asked for twice, so that the same call goes on where the last one stopped; the poller goes on
 * whether or not anybody follows. Throws `BACKFILL_*` and LOG_* errors.
 */
export async function runBackfill(options: BackfillOptions): Promise<BackfillResult> {
  const { log, clock, range, env, again = false, onEvent } = options;
  const view = await LogView.open(log, () => clock.now());
  try {
    const environments = chosen(view, env);
    const nowMs = clock.now();
    const targets = targetsOf(environments, range, nowMs);
    const states = targets.map((target) => stateOf(target, view));
    const wanted = targets.filter((_, index) => states[index] === 'new' || (again && states[index] === 'read'));
    const count = (state: string) => states.filter((one) => one === state).length;
    const [from, to] = [formatTimestamp(range.fromMs), formatTimestamp(range.toMs)];
    onEvent({
      event: 'asked',
      environments: environments.map(({ envName }) => envName),
      ...{ from, to },
      hours: targets.length,
      asked: wanted.length,
      asked_before: count('asked'),
      read_before: again ? 0 : count('read'),
    });
    for (const seen of environments) {
      const hours_between = hoursBetween(seen, range);
      if (range.fromMs >= seen.oldestMs) continue;
      onEvent({ event: 'history', env: seen.envName, began: formatTimestamp(seen.oldestMs), hours_between });
    }
    const seen = untilAsked(wanted, view, clock);
    await askFor(wanted, `backfill of ${from} to ${to}`, nowMs, log);
    await Promise.race([seen, view.failed()]);
    const left = targets.filter((target) => !isRead(target, view));
    return await Promise.race([follow({ targets, left, view, options }), view.failed()]);
  } finally {
    await view.stop();
  }
}

/** Until the view has newer requests than now: the state of an hour is that of its newest one. */
async function untilAsked(wanted: readonly Target[], view: LogView, clock: Clock): Promise<void> {
  const requestOf = ({ envId, hour }: Target) => view.request(envId, hour);
  const before = wanted.map(requestOf);
  while (wanted.some((target, index) => requestOf(target) === before[index])) await clock.sleep(10);
}

interface Following {
  readonly targets: readonly Target[];
  readonly left: readonly Target[];
  readonly view: LogView;
  readonly options: BackfillOptions;
}

async function follow({ targets, left: atFirst, view, options }: Following): Promise<BackfillResult> {
  const { clock, signal, onEvent } = options;
  const startedAtMs = clock.now();
  let left = atFirst;
  let decisions = 0;
  let movedAtMs = startedAtMs;
  const silent = new Set<string>();
  for (;;) {
    const before = left.length;
    left = left.filter((target) => {
      if (!isRead(target, view)) return true;
      decisions += readingOf(view.hour(target.envId, target.hour)).listed;
      return false;
    });
    const nowMs = clock.now();
    if (left.length < before) movedAtMs = nowMs;
    const elapsed = { ms: Math.max(1, nowMs - startedAtMs), read: atFirst.length - left.length };
    onEvent({ event: 'progress', ...progressOf(targets.length, left.length, decisions, elapsed) });
    if (left.length === 0 || signal.aborted) break;
    tellSilence(left, view, silent, options);
    if (nowMs - movedAtMs >= waitingAfterMs) {
      onEvent({ event: 'waiting', seconds: Math.round((nowMs - movedAtMs) / secondMs) });
      movedAtMs = nowMs;
    }
    await clock.sleep(lookEveryMs, signal);
  }
  return resultOf(targets, left.length, decisions, view);
}

function progressOf(
  hours: number,
  left: number,
  decisions: number,
  { ms, read }: { readonly ms: number; readonly read: number },
): BackfillProgress {
  return {
    hours,
    hours_read: hours - left,
    hours_left: left,
    decisions,
    hours_per_minute: Math.round((read / ms) * minuteMs * 10) / 10,
    decisions_per_second: Math.round((decisions / ms) * secondMs),
    seconds_left: read === 0 ? null : Math.round(((ms / read) * left) / secondMs),
  };
}

/** Says once of each silence that a poller is not heard of. */
function tellSilence(left: readonly Target[], view: LogView, silent: Set<string>, { clock, onEvent }: BackfillOptions) {
  const waiting = new Set(left.map(({ envId }) => envId));
  for (const { envId, envName, heardAtMs } of view.environments()) {
    const silenceMs = clock.now() - heardAtMs;
    if (silenceMs < silentAfterMs) silent.delete(envId);
    else if (waiting.has(envId) && !silent.has(envId)) {
      silent.add(envId);
      onEvent({ event: 'silent', env: envName, seconds: Math.round(silenceMs / secondMs) });
    }
  }
}

function resultOf(targets: readonly Target[], left: number, decisions: number, view: LogView): BackfillResult {
  const readings = targets.map(({ envId, hour }) => ({ hour, ...readingOf(view.hour(envId, hour)) }));
  const sum = (value: (reading: (typeof readings)[number]) => number) =>
    readings.reduce((all, one) => all + value(one), 0);
  const listed = readings.filter((reading) => reading.listed > 0).map(({ hour }) => hour);
  const firstHour = listed.sort()[0] ?? null;
  return {
    outcome: left === 0 ? 'read' : 'interrupted',
    hours: targets.length,
    hours_left: left,
    decisions,
    deleted_at_source: sum(({ deleted }) => deleted),
    unreadable_seconds: sum(({ unreadableSeconds }) => unreadableSeconds),
    nothing_before: firstHour !== null && firstHour !== targets[0]?.hour ? firstHour : null,
  };
}
