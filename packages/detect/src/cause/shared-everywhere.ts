import { minuteMs } from '@custody/decision';
import type { Finding } from '../finding.ts';
import { type Candidate, coveredBy, enoughShared, mostOf } from './candidate.ts';
import type { SharedCause } from './cause.ts';
import { agentsOf, isRefused, leastAgentsOfServer, refusalOf } from './refused-agents.ts';

/** So many agents at once, where the environment stands out too; the same number is a changed policy of `deny_rate_step`. */
const leastAgents = 5;
/** Where nothing larger is watched that could stand out. */
const leastAgentsAlone = 20;
/** Two servers that refuse at once may be two matters, and are told as well by their own names. */
const leastServers = 3;
/** What begins within this is a beginning. */
const beginsWithinMs = 10 * minuteMs;
/** Who calls seldom meets it later. What begins later than this is part of it only where the share of denials still stands out. */
const followsWithinMs = 60 * minuteMs;

const sinceOf = ({ sinceMs = 0 }: Candidate) => sinceMs;

/** The most agents that met it within one beginning: all of them, and when that began. */
function beginningOf(refused: readonly Candidate[]): { fromMs: number; all: Candidate[] } {
  const ordered = refused.toSorted((a, b) => sinceOf(a) - sinceOf(b));
  let [from, best] = [0, { first: 0, end: 0 }];
  for (let end = 1; end <= ordered.length; end += 1) {
    const last = ordered[end - 1] as Candidate;
    while (sinceOf(ordered[from] as Candidate) < sinceOf(last) - beginsWithinMs) from += 1;
    if (end - from > best.end - best.first) best = { first: from, end };
  }
  const all = ordered.slice(best.first, best.end);
  return { fromMs: all[0] === undefined ? 0 : sinceOf(all[0]), all };
}

/** Whether it is more than one server's, or two's, matter. */
function isEverywhere(all: readonly Candidate[]): boolean {
  const byServer = new Map<string, number>();
  let total = 0;
  for (const { calls } of all) {
    for (const { server, denials } of calls) {
      byServer.set(server, (byServer.get(server) ?? 0) + denials);
      total += denials;
    }
  }
  if (Math.max(...byServer.values()) >= enoughShared * total) return false;
  const byRefusal = Map.groupBy(all, (one) => mostOf(one, ({ server, reason }) => refusalOf(server, reason)));
  const ofServers = [...byRefusal].filter(
    ([refusal, those]) => refusal !== null && agentsOf(those).size >= leastAgentsOfServer,
  );
  const theirs = new Set(ofServers.flatMap(([, those]) => those));
  const others = all.filter((one) => !theirs.has(one));
  return ofServers.length >= leastServers || agentsOf(others).size >= leastAgents;
}

/** What stands out that is larger than any server: the share of an environment's denials first, then their number. */
function larger(candidates: readonly Candidate[], reason: string | null): Candidate[] {
  const rankOf = ({ subject, detector, details }: Finding): number => {
    if (subject.kind === 'reason') return detector === 'spike' && subject.key === reason ? 3 : 0;
    if (subject.kind !== 'environment') return 0;
    if (detector === 'spike') return reason === null ? 0 : 2;
    return detector === 'deny_rate_step' && details.direction === 'up' ? 1 : 0;
  };
  return candidates
    .filter(({ finding, isOver }) => rankOf(finding) > 0 && isOver !== true)
    .sort((a, b) => rankOf(a.finding) - rankOf(b.finding));
}

/** A share that has moved, and still is what it has become, says so of whatever is refused since. */
function isMoved({ finding }: Candidate): boolean {
  return finding.detector === 'deny_rate_step';
}

/** What is of one cause that began at a moment, what is told of it first. */
interface Beginning {
  readonly reason: string | null;
  readonly fromMs: number;
  readonly refused: readonly Candidate[];
}

function widerThan(candidates: readonly Candidate[], { reason, fromMs }: Omit<Beginning, 'refused'>): Candidate[] {
  const isNear = (one: Candidate) => Math.abs(sinceOf(one) - fromMs) <= followsWithinMs;
  return larger(candidates, reason).filter((one) => isMoved(one) || isNear(one));
}

function gathered(
  wide: readonly Candidate[],
  candidates: readonly Candidate[],
  { reason, fromMs, refused }: Beginning,
): Candidate[] {
  const untilMs = wide.some(isMoved) ? Number.POSITIVE_INFINITY : fromMs + followsWithinMs;
  const isPart = (one: Candidate) =>
    one.isOver !== true && sinceOf(one) >= fromMs - beginsWithinMs && sinceOf(one) <= untilMs;
  const isOfReason = (one: Candidate) =>
    one.total > 0 && (reason === null || mostOf(one, (calls) => calls.reason) === reason);
  const others = candidates.filter((one) => one.finding.subject.kind !== 'agent' && isPart(one) && isOfReason(one));
  return [...new Set([...wide, ...refused.filter(isPart), ...others])];
}

/** All that is of one cause which agents meet, what is told of it first; none where there is none. */
function partsOfAgents(
  reason: string | null,
  refused: readonly Candidate[],
  candidates: readonly Candidate[],
): Candidate[] {
  const { fromMs, all: begun } = beginningOf(refused);
  const wide = widerThan(candidates, { reason, fromMs });
  const least = wide.length > 0 ? leastAgents : leastAgentsAlone;
  if (agentsOf(begun).size < least || (reason === null && wide.length === 0) || !isEverywhere(begun)) return [];
  return gathered(wide, candidates, { reason, fromMs, refused });
}

/**
 * The same where hardly any agent stands out yet: each was refused once, which is nothing by itself, but the shares of several
 * servers have moved with that of their environment.
 */
function partsOfServers(candidates: readonly Candidate[]): Candidate[] {
  const [moved] = larger(candidates, null);
  const isServerUp = ({ finding, isOver }: Candidate) =>
    finding.subject.kind === 'server' && isOver !== true && finding.details.direction === 'up';
  const { fromMs, all: begun } = beginningOf(candidates.filter((one) => isMoved(one) && isServerUp(one)));
  const servers = new Set(begun.map(({ finding }) => finding.subject.key));
  if (moved === undefined || servers.size < leastServers || mostOf(moved, ({ server }) => server) !== null) return [];
  const reason = mostOf(moved, (calls) => calls.reason);
  const isOfReason = (one: Candidate) => reason === null || mostOf(one, (calls) => calls.reason) === reason;
  const refused = candidates.filter((one) => isRefused(one) && isOfReason(one));
  const wide = widerThan(candidates, { reason, fromMs });
  return gathered(wide, candidates, { reason, fromMs, refused });
}

/**
 * Many agents that from one moment on meet the same refusal at many servers, or, where the share of an environment's denials
 * has moved, any: somebody changed what holds for all of them. One cause, told by what is largest, whatever else stands out by
 * it. `taken` has what belongs to it.
 */
export function sharedEverywhere(
  candidates: readonly Candidate[],
  areSharesTold: boolean,
): { causes: SharedCause[]; taken: Set<Candidate> } {
  const groups = Map.groupBy(candidates.filter(isRefused), (one) => mostOf(one, ({ reason }) => reason));
  const ordered = [...groups].sort(([, a], [, b]) => agentsOf(b).size - agentsOf(a).size);
  const taken = new Set<Candidate>();
  const causes: SharedCause[] = [];
  const take = (partsOf: (left: readonly Candidate[]) => Candidate[]) => {
    const parts = partsOf(candidates.filter((one) => !taken.has(one)));
    const [lead, ...members] = parts.map(({ finding }) => finding);
    if (lead === undefined) return;
    for (const one of parts) taken.add(one);
    // What a further agent does lies within what is larger, whenever it began: that alone makes it no part of this.
    const ofFew = parts.filter(({ finding: { subject } }) => subject.kind === 'agent' || subject.kind === 'pair');
    causes.push({ cause: { lead, members, why: 'shared' }, cells: coveredBy(ofFew.map(({ cells }) => cells)) });
  };
  for (const [reason, refused] of ordered) take((left) => partsOfAgents(reason, refused, left));
  if (areSharesTold) take(partsOfServers);
  return { causes, taken };
}
