import type { Candidate } from './candidate.ts';

/** So many agents that meet the same refusal are a server's matter, not theirs. */
export const leastAgentsOfServer = 3;

/** One name for what a server refuses for a reason. */
export function refusalOf(server: string, reason: string): string {
  return JSON.stringify([server, reason]);
}

/** The agents that candidates are of, by key. */
export function agentsOf(candidates: readonly Candidate[]): Set<string> {
  return new Set(candidates.map(({ finding }) => finding.subject.key));
}

/** Agents that are refused now: not those that are back after weeks, whose matter is another one. */
export function isRefused({ finding, isOver }: Candidate): boolean {
  return finding.subject.kind === 'agent' && finding.detector !== 'dormant_agent' && isOver !== true;
}
