import type { Finding } from '../finding.ts';
import type { Cells } from './candidate.ts';

/** Findings of one cause: the one to tell, and what it covers. */
export interface Cause {
  readonly lead: Finding;
  readonly members: readonly Finding[];
  /** `alone`, `explained` (others explain a larger one), `shared` (several agents meet the same refusal), `same` (the same denials). */
  readonly why: 'alone' | 'explained' | 'shared' | 'same';
}

/** A cause that agents share, with the denials that it explains. */
export interface SharedCause {
  readonly cause: Cause;
  readonly cells: Cells;
}
