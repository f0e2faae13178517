import type { JudgedTransition } from './judged-transition.ts';

/** For a subject line: of whom, by the names that people know, and what was found first. */
export function titleOf(
  { subject, finding, detector, sentence }: Pick<JudgedTransition, 'subject' | 'finding' | 'detector' | 'sentence'>,
  name: string,
  envName: string,
): string {
  const of = subject.kind === 'environment' ? `environment ${envName}` : `${subject.kind} ${name}`;
  const first = (detector === 'spike' ? finding.sentence : sentence).split(/[,:(] ?|\. /)[0] ?? '';
  return `${of}: ${first.replace(/\.$/, '')}`;
}
