import { randomUUID } from 'node:crypto';
import { formatTimestamp, hourMs, minuteMs, secondMs, type TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { AttributionOutcome, ChangedRows, Correction, RowScope, TouchedHour } from '@custody/store';
import type { GrantKnowledge } from '../grants-follower.ts';
import type { Patience } from '../patience.ts';
import type { GrantChange } from './grant-changes.ts';
import type { ReattributionJob } from './jobs.ts';
import { outcomesOf } from './outcomes.ts';
import type { ReattributionStore } from './reattribution-store.ts';

export interface WorkStepParts {
  readonly store: ReattributionStore;
  readonly grants: GrantKnowledge;
  readonly patiently: Patience;
  readonly clock: Clock;
  /** Of the leader, a UUID. */
  readonly term: string;
  /** As `outcomesOf` has it. */
  readonly mostOutcomes?: number;
}

export interface RowsWorkedOff {
  readonly examined: number;
  readonly changed: number;
}

/** Kinds of changes that a correction lists of an hour, those of the most rows; the rest is in the count only. */
const mostChanges = 50;
const [leastMs, mostMs] = [0, Date.UTC(2106, 1, 7)];
/** Half of what the store keeps them for: a rewrite that begins then has time to end. */
const mostStagedMs = 30 * minuteMs;

/** The rows of a job in a range of time. */
export function scopeOf(job: ReattributionJob, { fromMs, toMs }: TimeRange): RowScope {
  const { envId, agents, servers, users, position: beforePosition, ingestedFromMs = 0 } = job;
  return { envId, agents, servers, users, beforePosition, ingestedFromMs, fromMs, toMs };
}

const sum = (rows: readonly ChangedRows[]) => rows.reduce((total, row) => total + row.rows, 0);
const changedOf = (rows: readonly ChangedRows[]) => rows.filter(({ is_changed }) => is_changed === 1);

function byHour(rows: readonly ChangedRows[]): Map<number, ChangedRows[]> {
  const hours = new Map<number, ChangedRows[]>();
  for (const row of rows) hours.set(row.hour_seconds, [...(hours.get(row.hour_seconds) ?? []), row]);
  return hours;
}

function time(atMs: number): string {
  return formatTimestamp(Math.min(Math.max(atMs, leastMs), mostMs));
}

/** Of an hour that is worked off in parts each has a correction of its own, which must not take another's place. */
function correctionId({ id }: ReattributionJob, hourStartMs: number, { fromMs, toMs }: TimeRange): string {
  if (fromMs <= hourStartMs && toMs >= hourStartMs + hourMs) return id;
  return `${id}/${formatTimestamp(fromMs)}/${formatTimestamp(toMs)}`;
}

/** Why the rows of a job change, the newest last. */
function causesOf({ causes, beside = [] }: ReattributionJob): readonly GrantChange[] {
  return beside.length > 0 ? beside : causes;
}

/** One row an hour in which anything changes; what a listing only confirms, with the human as before, is left out. */
function correctionsOf(
  job: ReattributionJob,
  range: TimeRange,
  rows: readonly ChangedRows[],
  position: number,
  startedAtMs: number,
) {
  const causes = causesOf(job);
  const newest = causes.at(-1);
  if (newest === undefined) return [];
  const isOneAgent = job.agents.length === 1 && job.servers.length + job.users.length === 0;
  return [...byHour(rows)].flatMap(([hour, ofHour]): Correction[] => {
    const changed = changedOf(ofHour).filter((row) => !job.isConfirmation || row.human_before !== row.human_after);
    if (changed.length === 0) return [];
    return [
      {
        ...{ env_id: job.envId, hour, job_id: correctionId(job, hour * secondMs, range) },
        ...{ cause_kind: newest.cause.kind, cause: newest.cause.id },
        causes: causes.length,
        agent_key: isOneAgent ? (job.agents[0] ?? '') : '',
        range_from: time(job.range.fromMs),
        range_to: time(job.range.toMs),
        rows: sum(ofHour),
        changed: sum(changed),
        changes: changed.slice(0, mostChanges).map(({ hour_seconds: _, is_changed: _c, ...change }) => change),
        grants_position: position,
        started_at: formatTimestamp(startedAtMs),
        finished_at: null,
      },
    ];
  });
}

function touchedBy(job: ReattributionJob, rows: readonly ChangedRows[], position: number): TouchedHour[] {
  const why = job.causes.at(-1)?.cause.kind ?? 'listing';
  const hours = new Set(changedOf(rows).map(({ hour_seconds }) => hour_seconds));
  return [...hours].map((hour) => ({ envId: job.envId, hourStartMs: hour * secondMs, position, why }));
}

/**
 * Has the outcomes of a step lie in the store while it is asked about them: it deletes them an hour after they were laid
 * down, and whoever waits for a store that is away finds none then. Each try to lay them down has an id of its own, so
 * that one whose answer was lost does not double them.
 */
function createStaging({ store, patiently, clock }: WorkStepParts, outcomes: readonly AttributionOutcome[]) {
  let staged: { readonly id: string; readonly atMs: number } | null = null;
  return function withStaged<T>(what: string, signal: AbortSignal, work: (id: string) => Promise<T>): Promise<T> {
    return patiently(what, signal, async () => {
      if (staged === null || clock.now() - staged.atMs > mostStagedMs) {
        const next = { id: randomUUID(), atMs: clock.now() };
        await store.stage(next.id, outcomes, signal);
        staged = next;
      }
      return work(staged.id);
    });
  };
}

/**
 * Attributes the rows of a job anew that lie in the range, and writes those that differ. The kinds of calls come out of
 * the store, are attributed here by the same rules as fresh decisions, and go back as a table that the engine joins.
 *
 * What it is about to change is noted before, and that it is done after: a crash in between leaves an hour unsettled
 * and a correction unfinished, and whoever leads next does the job again before it settles them.
 */
export function createWorkStep(parts: WorkStepParts) {
  const { store, grants, patiently, clock, term } = parts;
  /** Where so many humans share an agent that what is to be said of the whole range is too much at once. */
  async function inHalves(job: ReattributionJob, { fromMs, toMs }: TimeRange, signal: AbortSignal) {
    const middleMs = Math.floor((fromMs + toMs) / 2);
    const newer = await workStep(job, { fromMs: middleMs, toMs }, signal);
    const older = await workStep(job, { fromMs, toMs: middleMs }, signal);
    return { examined: newer.examined + older.examined, changed: newer.changed + older.changed };
  }
  async function workStep(job: ReattributionJob, range: TimeRange, signal: AbortSignal): Promise<RowsWorkedOff> {
    const { envId } = job;
    const scope = scopeOf(job, range);
    const calls = await patiently('read calls to attribute', signal, () => store.readKinds(scope, signal));
    if (calls.length === 0) return { examined: 0, changed: 0 };
    const kinds = calls.map(({ rows: _, ...call }) => call);
    const found = await outcomesOf(envId, kinds, range, grants, parts.mostOutcomes);
    if (found === null) return inHalves(job, range, signal);
    const { outcomes, position } = found;
    const withStaged = createStaging(parts, outcomes);
    const rows = await withStaged('compare attributions', signal, (id) => store.readChanges({ id, scope }, signal));
    const changed = sum(changedOf(rows));
    if (changed > 0) {
      const hours = touchedBy(job, rows, position);
      const corrections = correctionsOf(job, range, rows, position, clock.now());
      await patiently('touch hours', signal, () => store.touch(hours, false, signal));
      await patiently('record corrections', signal, () => store.writeCorrections(corrections, signal));
      await withStaged('rewrite attributions', signal, (id) => store.rewrite({ id, scope, term }, position));
      const finished = corrections.map((one) => ({ ...one, finished_at: formatTimestamp(clock.now()) }));
      await patiently('record corrections', signal, () => store.writeCorrections(finished, signal));
      await patiently('touch hours', signal, () => store.touch(hours, true, signal));
    }
    return { examined: sum(rows), changed };
  }
  return workStep;
}
