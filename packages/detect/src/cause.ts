import type { DeniedCalls } from './contributors.ts';
import { byName, type Finding, type Subject, seriesKinds, subjectId } from './finding.ts';

/** A finding with the denials of its window, added up. */
export interface ExplainedFinding {
  readonly finding: Finding;
  readonly calls: readonly DeniedCalls[];
  /** Of two about subjects of one kind the one with the higher rank leads. Default 0. */
  readonly rank?: number;
  /** Tells apart what several rules find of one subject. */
  readonly rule?: string;
  /** Whom it is about, where nearly all denials of a larger series are of one agent or human. */
  readonly about?: Subject | null;
  /** Nothing of it happens any more: that it met the same refusal some time ago is no part of what happens now. */
  readonly isOver?: boolean;
}

/** Findings of one cause: the one to tell, and what it covers. */
export interface Cause {
  readonly lead: Finding;
  readonly members: readonly Finding[];
  /** `alone`, `explained` (others explain a larger one), `shared` (several agents meet the same refusal), `same` (the same denials). */
  readonly why: 'alone' | 'explained' | 'shared' | 'same';
}

const enoughShared = 0.8;
const leastAgentsOfServer = 3;

type Cells = ReadonlyMap<string, number>;

function cellsOf(calls: readonly DeniedCalls[]): Cells {
  const cells = new Map<string, number>();
  for (const { agent, human, server, tool, reason, denials } of calls) {
    const key = JSON.stringify([agent, human, server, tool, reason]);
    cells.set(key, (cells.get(key) ?? 0) + denials);
  }
  return cells;
}

function total(cells: Cells): number {
  return [...cells.values()].reduce((sum, denials) => sum + denials, 0);
}

/** The share of the denials in `cells` that lie in one of the others. */
function shareIn(cells: Cells, others: readonly Cells[]): number {
  let inside = 0;
  for (const [key, denials] of cells) {
    if (others.length > 0) inside += Math.min(denials, Math.max(...others.map((other) => other.get(key) ?? 0)));
  }
  return inside / Math.max(1, total(cells));
}

/** How many of its denials are more than usual: what a larger series has every day needs no explanation. */
function excessOf({ finding, cells }: Candidate): number {
  return Math.max(1, total(cells) - (finding.expected ?? 0));
}

/** Whether others explain a candidate: where it is larger than they are, what it has beyond the usual. */
function isExplained(candidate: Candidate, others: readonly Cells[], isLarger: boolean): boolean {
  const all = total(candidate.cells);
  if (all === 0) return false;
  const inside = shareIn(candidate.cells, others) * all;
  return inside >= enoughShared * (isLarger ? Math.min(all, excessOf(candidate)) : all);
}

interface Candidate extends ExplainedFinding {
  readonly cells: Cells;
  readonly id: string;
}

/** Whether two are about one agent or human, or one of them is that an agent is back: whatever it does then belongs to it. */
function isOfOne(a: Candidate, b: Candidate): boolean {
  const subjects = [a, b].map(({ finding, about }) => about ?? finding.subject);
  const [one, other] = subjects.map(({ kind, key }) => JSON.stringify([kind, key]));
  if (one !== other) return false;
  return (a.about ?? b.about ?? null) !== null || [a, b].some(({ finding }) => finding.detector === 'dormant_agent');
}

/** The server and reason that most denials of an agent share, where they do. */
function refusalOf({ calls, cells }: Candidate): string | null {
  const sums = Map.groupBy(calls, ({ server, reason }) => JSON.stringify([server, reason]));
  for (const [refusal, those] of sums) if (total(cellsOf(those)) >= enoughShared * total(cells)) return refusal;
  return null;
}

function orderOf({ subject }: Finding): number {
  const at = (seriesKinds as readonly string[]).indexOf(subject.kind);
  return at === -1 ? 0 : at;
}

/**
 * Whether a server's denials of one reason are those of many: of three agents at least beside those that stand out
 * themselves, and more than these explain.
 */
function isOfMany(ofServer: Candidate, members: readonly Candidate[], wanted: string): boolean {
  const own = new Set(members.map(({ finding }) => finding.subject.key));
  const others = ofServer.calls.filter(
    ({ agent, server, reason }) => !own.has(agent) && JSON.stringify([server, reason]) === wanted,
  );
  const those = members.map(({ cells }) => cells);
  return new Set(others.map(({ agent }) => agent)).size >= leastAgentsOfServer && !isExplained(ofServer, those, true);
}

/**
 * Three agents that meet the same refusal are a server's matter, not theirs: one cause, told by the server where it can. So
 * is one agent where the server stands out by what many others are refused.
 */
function sharedRefusals(candidates: readonly Candidate[]): { causes: Cause[]; rest: Candidate[] } {
  const ofAgents = candidates.filter(
    ({ finding, isOver }) =>
      finding.subject.kind === 'agent' && finding.detector !== 'dormant_agent' && isOver !== true,
  );
  const groups = Map.groupBy(ofAgents, (candidate) => refusalOf(candidate));
  const taken = new Set<Candidate>();
  const causes: Cause[] = [];
  for (const [refusal, members] of groups) {
    if (refusal === null) continue;
    const agents = new Set(members.map(({ finding }) => finding.subject.key));
    const [server = ''] = JSON.parse(refusal) as string[];
    const ofServer = candidates.find(
      ({ finding }) => finding.subject.kind === 'server' && finding.subject.key === server,
    );
    const isServers =
      agents.size >= leastAgentsOfServer || (ofServer !== undefined && isOfMany(ofServer, members, refusal));
    if (!isServers) continue;
    const all = ofServer === undefined ? members : [ofServer, ...members];
    for (const member of all) taken.add(member);
    const [lead, ...others] = all.map(({ finding }) => finding);
    if (lead !== undefined) causes.push({ lead, members: others, why: 'shared' });
  }
  return { causes, rest: candidates.filter((candidate) => !taken.has(candidate)) };
}

/**
 * Puts findings of one moment and environment together by what caused them, so that one thing is told once: agents that
 * share a refusal become one of their server; a larger series that smaller ones explain to 80 % is theirs; and two that
 * are of the same denials to 80 % are one. The order of the findings does not matter.
 */
export function causesOf(findings: readonly ExplainedFinding[]): Cause[] {
  const candidates: Candidate[] = findings
    .map((it) => ({
      ...it,
      cells: cellsOf(it.calls),
      id: JSON.stringify([subjectId(it.finding.detector, it.finding.subject), it.rule ?? '']),
    }))
    .sort(
      (a, b) =>
        orderOf(a.finding) - orderOf(b.finding) ||
        (b.rank ?? 0) - (a.rank ?? 0) ||
        byName<Candidate>(({ id }) => id)(a, b),
    );
  const { causes, rest } = sharedRefusals(candidates);
  const told = causes.map((cause) => ({
    cells: [cause.lead, ...cause.members].map(
      (it) => candidates.find(({ finding }) => finding === it)?.cells ?? new Map(),
    ),
    cause,
    first: null as Candidate | null,
  }));
  for (const candidate of rest) {
    const isLargerThan = ({ lead }: Cause) => orderOf(candidate.finding) > orderOf(lead);
    // What several rules find of one subject is one matter, also where there are no denials to compare.
    const isSame = ({ lead }: Cause) =>
      lead.detector === candidate.finding.detector &&
      subjectId(lead.detector, lead.subject) === subjectId(lead.detector, candidate.finding.subject);
    const home = told.find(
      ({ cells, cause, first }) =>
        isSame(cause) ||
        (first !== null && isOfOne(first, candidate)) ||
        isExplained(candidate, cells, isLargerThan(cause)),
    );
    if (home !== undefined) {
      const { lead, members, why } = home.cause;
      const isLarger = isLargerThan(home.cause);
      home.cause = {
        lead,
        members: [...members, candidate.finding],
        why: why === 'shared' ? why : isLarger ? 'explained' : 'same',
      };
      continue;
    }
    const those = told.flatMap(({ cells }) => cells);
    if (told.length > 1 && isExplained(candidate, those, true)) {
      const largest = told.reduce((a, b) =>
        shareIn(candidate.cells, a.cells) >= shareIn(candidate.cells, b.cells) ? a : b,
      );
      largest.cause = { ...largest.cause, members: [...largest.cause.members, candidate.finding], why: 'explained' };
      continue;
    }
    told.push({
      first: candidate,
      cells: [candidate.cells],
      cause: { lead: candidate.finding, members: [], why: 'alone' },
    });
  }
  return told.map(({ cause }) => cause).sort(byName(({ lead }) => subjectId(lead.detector, lead.subject)));
}
