import type { Browser } from 'playwright-core';
import type { BenchOptions } from '../bench.ts';
import type { Landings } from '../serve-present.ts';
import type { ServedApi } from '../serve-process.ts';

/** What is looked at, and with what. */
export interface LookedAt {
  readonly browser: Browser;
  readonly api: ServedApi;
  readonly landings: Landings;
  readonly options: BenchOptions;
  /** How far service and pages are ahead of this machine's clock. */
  readonly aheadMs: number;
}
