import type { Clock, Lifecycle, Variables } from '@custody/runtime';
import type { Console } from './console.ts';
import type { Settings } from './settings.ts';

/** What the parts of `up` are composed from. */
export interface UpParts extends Settings {
  readonly variables: Variables;
  readonly console: Console;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
}
