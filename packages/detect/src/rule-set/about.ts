import { cellsOf, type DeniedCell } from '../denied-cell.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { type Subject, seriesKinds } from '../finding.ts';
import { percent } from '../wording.ts';
import type { HeldAlert } from './held-alert.ts';

const enough = 0.8;

/** The key with the most denials of a kind, where that is nearly all of them. */
function mostOf(cells: readonly DeniedCell[], kind: 'agent' | 'human'): { key: string; share: number } | null {
  const sums = new Map<string, number>();
  let all = 0;
  for (const cell of cells) {
    sums.set(cell[kind], (sums.get(cell[kind]) ?? 0) + cell.denials);
    all += cell.denials;
  }
  for (const [key, denials] of sums) if (key !== '' && denials / all >= enough) return { key, share: denials / all };
  return null;
}

/** Whom a spike is about, where nearly all of its denials are of one agent, or else of one human, and how that is said. */
export function aboutOf(
  { alert: { detector, subject, finding } }: HeldAlert,
  { denied = [] }: EnvironmentInput,
): { subject: Subject; sentence: string } | null {
  if (detector !== 'spike' || subject.kind === 'pair') return null;
  const cells = cellsOf(denied, subject, finding.window);
  for (const kind of ['agent', 'human'] as const) {
    const most = seriesKinds.indexOf(kind) < seriesKinds.indexOf(subject.kind) ? mostOf(cells, kind) : null;
    if (most === null) continue;
    const { envId, kind: of, key } = subject;
    const whole = of === 'environment' ? 'the environment' : `${of} ${key}`;
    return {
      subject: { envId, kind, key: most.key },
      sentence: `${percent(most.share)} of the denials of ${whole}: ${finding.sentence}`,
    };
  }
  return null;
}
