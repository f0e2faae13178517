import type { EntrySource } from '../entry-source.ts';
import type { FactsSource, Json } from '../facts.ts';
import type { Arrivals } from '../faults/arrivals.ts';
import type { Scope } from '../scope.ts';
import type { Variants } from '../variants.ts';

/** What the routes answer from. */
export interface Backend {
  readonly seed: number;
  readonly scope: Scope;
  readonly entries: EntrySource;
  readonly facts: FactsSource;
  readonly variants: Variants;
  /** The last result that a listing hands out. */
  readonly mostResults: number;
  /** When entries come and go, beside what the source says. */
  readonly arrivals: Arrivals;
  /** How far the key sees: its scope endpoint names no more than this. */
  readonly keyScope: 'organization' | 'project' | 'environment';
  /** Unix ms: what is visible is what has happened and arrived by then. */
  readonly now: () => number;
  /** The scripted incidents as of a moment; none where entries come from a file. */
  readonly incidents: (nowMs: number) => readonly Json[];
}
