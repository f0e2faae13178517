import type { DeniedCalls } from '../contributors.ts';
import { type Finding, type Subject, seriesKinds } from '../finding.ts';

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
  /** When it was found first. Default: with the others. */
  readonly sinceMs?: number;
}

/** Denials by everything that is known of them. */
export type Cells = ReadonlyMap<string, number>;

export interface Candidate extends ExplainedFinding {
  readonly cells: Cells;
  /** All denials in `cells`. */
  readonly total: number;
  readonly id: string;
}

/** What others have to have of a candidate's denials, or one refusal, to be what it is about. */
export const enoughShared = 0.8;

/** The same denials are asked for by each subject that they count for. */
const namesOfCalls = new WeakMap<DeniedCalls, string>();

function nameOf(calls: DeniedCalls): string {
  const { agent, human, server, tool, reason } = calls;
  const name = namesOfCalls.get(calls) ?? JSON.stringify([agent, human, server, tool, reason]);
  namesOfCalls.set(calls, name);
  return name;
}

export function cellsOf(calls: readonly DeniedCalls[]): Cells {
  const cells = new Map<string, number>();
  for (const call of calls) {
    const name = nameOf(call);
    cells.set(name, (cells.get(name) ?? 0) + call.denials);
  }
  return cells;
}

/** What several have between them: of each kind of denial as many as the one has that has most. */
export function coveredBy(all: readonly Cells[]): Cells {
  const covered = new Map<string, number>();
  for (const cells of all) {
    for (const [name, denials] of cells) covered.set(name, Math.max(denials, covered.get(name) ?? 0));
  }
  return covered;
}

/** How many of the denials in `cells` are among the others. */
export function insideOf(cells: Cells, others: Cells): number {
  let inside = 0;
  for (const [name, denials] of cells) inside += Math.min(denials, others.get(name) ?? 0);
  return inside;
}

/**
 * How many of a candidate's denials others have to have to explain it: where it is larger than they are, of what it has beyond
 * the usual, since what a larger series has every day needs no explanation.
 */
export function enoughOf({ finding, total }: Candidate, isLarger: boolean): number {
  const excess = Math.max(1, total - (finding.expected ?? 0));
  // Without denials there is nothing to explain.
  if (total === 0) return Number.POSITIVE_INFINITY;
  return enoughShared * (isLarger ? Math.min(total, excess) : total);
}

/** From agents to environments; pairs stand with agents. */
export function orderOf({ subject }: Finding): number {
  const at = (seriesKinds as readonly string[]).indexOf(subject.kind);
  return at === -1 ? 0 : at;
}

/** The value that enough of a candidate's denials share, where they do. */
export function mostOf({ calls, total }: Candidate, sharedOf: (calls: DeniedCalls) => string): string | null {
  const sums = new Map<string, number>();
  for (const call of calls) sums.set(sharedOf(call), (sums.get(sharedOf(call)) ?? 0) + call.denials);
  for (const [value, denials] of sums) if (denials >= enoughShared * total) return value;
  return null;
}
