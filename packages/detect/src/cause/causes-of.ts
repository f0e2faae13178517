import { byName, subjectId } from '../finding.ts';
import { type Candidate, cellsOf, type ExplainedFinding, orderOf } from './candidate.ts';
import type { Cause } from './cause.ts';
import { sharedRefusals } from './shared-refusals.ts';
import { ToldCauses } from './told-causes.ts';

function candidateOf(found: ExplainedFinding): Candidate {
  const cells = cellsOf(found.calls);
  const total = found.calls.reduce((sum, { denials }) => sum + denials, 0);
  const { detector, subject } = found.finding;
  return { ...found, cells, total, id: JSON.stringify([subjectId(detector, subject), found.rule ?? '']) };
}

export interface CausesOptions {
  /** Whether servers whose shares move with their environment's are its matter before any agent stands out. Default: no. */
  readonly areSharesTold?: boolean | undefined;
}

/**
 * Puts findings of one moment and environment together by what caused them, so that one thing is told once: agents that
 * share a refusal become one of their server; a larger series that smaller ones explain to 80 % is theirs; and two that
 * are of the same denials to 80 % are one. The order of the findings does not matter.
 */
export function causesOf(
  findings: readonly ExplainedFinding[],
  { areSharesTold = false }: CausesOptions = {},
): Cause[] {
  const candidates = findings
    .map(candidateOf)
    .sort(
      (a, b) =>
        orderOf(a.finding) - orderOf(b.finding) ||
        (b.rank ?? 0) - (a.rank ?? 0) ||
        byName<Candidate>(({ id }) => id)(a, b),
    );
  const told = new ToldCauses();
  const { causes, rest } = sharedRefusals(candidates, areSharesTold);
  for (const { cause, cells } of causes) told.push(cause, cells, null);
  for (const candidate of rest) {
    const { finding, cells } = candidate;
    if (!told.take(candidate)) told.push({ lead: finding, members: [], why: 'alone' }, cells, candidate);
  }
  return told.causes().sort(byName(({ lead }) => subjectId(lead.detector, lead.subject)));
}
