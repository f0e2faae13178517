import { dayMs } from '@custody/decision';
import { defaultRuleSet } from '@custody/detect';
import { runBacktest } from '@custody/query';
import { createLogger } from '@custody/runtime';
import { createStoreClient, everything } from '@custody/store';
import { timed } from '../measure.ts';
import { ownPeakBytes } from '../memory.ts';
import { endMs } from './past.ts';

/** What is judged, and where: as JSON, the one argument of this program. */
export interface BacktestTask {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly days: number;
}

export interface BacktestTaken {
  readonly ms: number;
  readonly alerts: number;
  readonly looks: number;
  /** The most that was resident in this process. */
  readonly peakBytes: number;
}

const longestMs = 3_600_000;

const { url, user, password, days } = JSON.parse(process.argv[2] ?? '') as BacktestTask;
const logger = createLogger({ service: 'bench', level: 'silent' });
const store = createStoreClient({ url, username: user, password, application: 'custody-bench', logger });
const range = { fromMs: endMs - days * dayMs, toMs: endMs };
const asked = { ruleSet: defaultRuleSet, range, envIds: null, scope: everything, nowMs: endMs };
let [alerts, looks] = [0, 0];
const ms = await timed(async () => {
  const done = await runBacktest(asked, { store, statement: {}, longestMs });
  [alerts, looks] = [done.alerts.length, done.looks];
});
await store.close();
const taken: BacktestTaken = { ms, alerts, looks, peakBytes: ownPeakBytes() };
process.send?.(taken);
