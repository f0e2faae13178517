import type { Clock, Lifecycle, Variables } from '@custody/runtime';
import type { UpConfig } from './config.ts';
import type { Console } from './console.ts';

/** What the parts of `up` are composed from. */
export interface UpParts {
  readonly config: UpConfig;
  readonly variables: Variables;
  readonly console: Console;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
}
