import type { JudgedTransition } from './judged-transition.ts';

/**
 * For a subject line: of whom, by the names that people know, and what was found, by the figures of the step: those of the
 * opening where that is told, and the newest ones where it is told that it grew, who has it, or how it ended.
 */
export function titleOf(
  { subject, finding }: Pick<JudgedTransition, 'subject' | 'finding'>,
  name: string,
  envName: string,
): string {
  const of = subject.kind === 'environment' ? `environment ${envName}` : `${subject.kind} ${name}`;
  const first = finding.sentence.split(/[,:(] ?|\. /)[0] ?? '';
  return `${of}: ${first.replace(/\.$/, '')}`;
}
