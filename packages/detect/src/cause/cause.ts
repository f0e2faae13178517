import type { Finding } from '../finding.ts';

/** Findings of one cause: the one to tell, and what it covers. */
export interface Cause {
  readonly lead: Finding;
  readonly members: readonly Finding[];
  /** `alone`, `explained` (others explain a larger one), `shared` (several agents meet the same refusal), `same` (the same denials). */
  readonly why: 'alone' | 'explained' | 'shared' | 'same';
}
