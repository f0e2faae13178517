import type { TimeRange } from '@custody/decision';
import type { RowsBehind } from '@custody/store';
import type { GrantChange } from './grant-changes.ts';

/** Stored decisions to look at again, because of something that was learned. */
export interface ReattributionJob {
  /** The same causes, the same id. */
  readonly id: string;
  readonly envId: string;
  /** Whose rows; all three empty: everybody's. */
  readonly agents: readonly string[];
  readonly servers: readonly string[];
  readonly users: readonly string[];
  readonly range: TimeRange;
  /** Only rows ingested since, milliseconds; absent: all. */
  readonly ingestedFromMs?: number;
  /** In the order of their positions; none for rows of which somebody knew too little. */
  readonly causes: readonly GrantChange[];
  /** Learned together with what a listing confirms: its rows show that first, so it may be why they change. */
  readonly beside?: readonly GrantChange[];
  /** Rows attributed at this position in the grants topic, or later, know all of the causes. */
  readonly position: number;
  readonly isConfirmation: boolean;
}

/** Whoever is one of so few gets a job of their own, so that the record of corrections can name them. */
const mostOwnJobs = 16;
/** Texts of one statement's parameters. */
const mostTogether = 200;

function hull(changes: readonly GrantChange[]): TimeRange {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { range } of changes) {
    fromMs = Math.min(fromMs, range.fromMs);
    toMs = Math.max(toMs, range.toMs);
  }
  return { fromMs, toMs };
}

function keysOf(changes: readonly GrantChange[], kind: 'agent' | 'server' | 'user'): string[] {
  return [...new Set(changes.flatMap(({ scope }) => (scope.kind === kind ? [scope.key] : [])))];
}

function jobOf(changes: readonly GrantChange[]): ReattributionJob[] {
  const [first] = changes;
  if (first === undefined) return [];
  const causes = changes.toSorted((a, b) => a.position - b.position);
  const position = causes.at(-1)?.position ?? 0;
  const [agents, servers, users] = [keysOf(causes, 'agent'), keysOf(causes, 'server'), keysOf(causes, 'user')];
  const isAll =
    causes.some(({ scope }) => scope.kind === 'all') || agents.length + servers.length + users.length > mostTogether;
  const scope = isAll ? { agents: [], servers: [], users: [] } : { agents, servers, users };
  const whom = isAll ? 'all' : [...agents, ...servers, ...users].slice(0, 3).join(' ');
  return [
    {
      ...{ id: `${position}/${whom}`, envId: first.envId, ...scope, range: hull(causes), causes, position },
      isConfirmation: causes.every(({ isConfirmation }) => isConfirmation),
    },
  ];
}

function groupBy(changes: readonly GrantChange[], keyOf: (change: GrantChange) => string): GrantChange[][] {
  const groups = new Map<string, GrantChange[]>();
  for (const change of changes) {
    const group = groups.get(keyOf(change));
    if (group === undefined) groups.set(keyOf(change), [change]);
    else group.push(change);
  }
  return [...groups.values()];
}

function isWithin(inner: TimeRange, outer: TimeRange): boolean {
  return outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}

function jobsOfEnvironment(changes: readonly GrantChange[]): ReattributionJob[] {
  const isOfAll = ({ scope, isConfirmation }: GrantChange) => scope.kind === 'all' && !isConfirmation;
  const ofAll = changes.filter(isOfAll);
  // What everybody's rows are looked at for anyway needs no job of its own.
  const whole = ofAll.length > 0 ? hull(ofAll) : null;
  const isOwn = ({ range }: GrantChange) => whole === null || !isWithin(range, whole);
  const confirmations = changes.filter((change) => change.isConfirmation && isOwn(change));
  const single = changes.filter((change) => change.scope.kind !== 'all' && isOwn(change));
  const covered = changes.filter((change) => !isOfAll(change) && !isOwn(change));
  const bySubject = groupBy(single, ({ scope }) => JSON.stringify(scope));
  return [
    ...jobOf(confirmations).map((job) => ({ ...job, beside: [...single, ...ofAll] })),
    ...(bySubject.length > mostOwnJobs ? jobOf(single) : bySubject.flatMap(jobOf)),
    ...jobOf([...ofAll, ...covered]),
  ];
}

/**
 * Rows that were ingested since a moment and attributed without what was known then: by a consumer elsewhere that reads
 * the grants topic behind this one. Their causes are worked off already, so they have to be looked at once more.
 */
export function jobsBehind(
  behind: readonly RowsBehind[],
  ingestedFromMs: number,
  position: number,
): ReattributionJob[] {
  return behind.map(({ envId, fromMs, toMs }) => ({
    ...{ id: `${position}/behind`, envId, agents: [], servers: [], users: [], range: { fromMs, toMs } },
    ...{ ingestedFromMs, causes: [], position, isConfirmation: true },
  }));
}

/**
 * As few jobs as the changes allow: one for each agent, server or user of whom something was learned, one for all of them
 * where they are many, one for what a listing confirms. Those that look at little come first.
 */
export function planJobs(changes: readonly GrantChange[]): ReattributionJob[] {
  const jobs = groupBy(changes, ({ envId }) => envId).flatMap(jobsOfEnvironment);
  return jobs.sort((a, b) => Number(b.isConfirmation) - Number(a.isConfirmation));
}
