import type { AccessChange } from '@custody/store';
import type { ArchivedFile } from './archive.ts';
import type { Proof } from './proof.ts';
import type { Scope } from './scope.ts';
import type { Tally } from './tally.ts';

/** A second count of the same decisions, by other means, after the rows were written. */
export interface CrossCheck {
  /** Those that are surely in scope. */
  readonly decisions: number;
  readonly denials: number;
  /** What it was counted from: sums of months, days, hours or quarters, and raw decisions; empty where that is not told. */
  readonly levels: readonly string[];
}

/** A file of decisions or of changes, with its rows. */
export interface RowsFile extends ArchivedFile {
  readonly rows: number;
}

/** Everything that the page and the manifest of a report tell. */
export interface Report {
  readonly scope: Scope;
  readonly isDemo: boolean;
  /** When the first and the last row were read, milliseconds since the epoch. */
  readonly readFromMs: number;
  readonly readToMs: number;
  readonly proof: Proof;
  readonly tally: Tally;
  readonly changes: readonly AccessChange[];
  /** There are more changes than these. */
  readonly hasMoreChanges: boolean;
  /** Of the range: decisions that expired and are not in the files. */
  readonly expired: { readonly from: string; readonly to: string } | null;
  readonly crossCheck: CrossCheck;
  readonly files: readonly RowsFile[];
}
