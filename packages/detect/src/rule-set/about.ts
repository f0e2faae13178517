import { cellsOf, type DeniedCell, isOf } from '../denied-cell.ts';
import type { EnvironmentInput } from '../environment-input.ts';
import { type Subject, seriesKinds } from '../finding.ts';
import { percent } from '../wording.ts';
import type { HeldAlert } from './held-alert.ts';

const enough = 0.8;

function denialsOf(cells: readonly DeniedCell[]): number {
  return cells.reduce((sum, { denials }) => sum + denials, 0);
}

/** The key with the most denials of a kind, where that is nearly all of them. */
function mostOf(cells: readonly DeniedCell[], kind: 'agent' | 'human'): { key: string; share: number } | null {
  const all = denialsOf(cells);
  for (const key of new Set(cells.map((cell) => cell[kind]))) {
    const share = denialsOf(cells.filter((cell) => isOf(cell, { kind, key }))) / all;
    if (key !== '' && share >= enough) return { key, share };
  }
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
