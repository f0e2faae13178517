import type { Clock } from '@custody/runtime';
import type { Caller } from '../access/caller.ts';

/** What a report is made with: for somebody, who may see a part of everything. */
export interface ReportParts {
  readonly clock: Clock;
  readonly caller: Caller;
}
