import type { Clock } from '@custody/runtime';
import {
  type History,
  installedSource,
  pollerReports,
  readHistory,
  runQuery,
  type Scope,
  type StoreClient,
} from '@custody/store';
import { Answers, type Payer, type SharedAnswers } from './answers.ts';
import { forAWhile } from './for-a-while.ts';
import type { PollerReport } from './poller-report.ts';
import { boundsOf, type QueryLimits } from './query-limits.ts';

export interface AnswerSourcesOptions {
  /** That pays for what no single caller asks for: it is kept for all of them. */
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly limits: QueryLimits;
}

/** What answers share, whoever asks; nothing of it is told but through `Answers`, which know what the caller may see. */
export class AnswerSources implements SharedAnswers {
  readonly #options: AnswerSourcesOptions;
  #isDemo: Promise<boolean> | null = null;

  constructor(options: AnswerSourcesOptions) {
    this.#options = options;
  }

  /** The answers to one caller. */
  for(scope: Scope, payer: Payer): Answers {
    const { clock, limits } = this.#options;
    return new Answers({ scope, clock, limits, payer, sources: this });
  }

  /** What was read of all environments; anew every two seconds at most. */
  readonly history = forAWhile(
    (): Promise<History> => readHistory(this.#options.store, boundsOf(this.#options.limits)),
  );

  /** What each environment's poller last reported; as often. */
  readonly reports = forAWhile(async (): Promise<ReadonlyMap<string, PollerReport>> => {
    const rows = await runQuery(this.#options.store, pollerReports, {}, boundsOf(this.#options.limits));
    return new Map(rows.map(({ env_id, ...report }) => [env_id, report]));
  });

  /** Whether the store holds the demo's decisions; one that holds anything never changes that, and is not asked again. */
  isDemo(): Promise<boolean> {
    this.#isDemo ??= this.#readDemo();
    return this.#isDemo;
  }

  async #readDemo(): Promise<boolean> {
    let isKnown = false;
    try {
      const [row] = await runQuery(this.#options.store, installedSource, {}, boundsOf(this.#options.limits));
      isKnown = row !== undefined;
      return row?.source === 'simulator';
    } finally {
      if (!isKnown) this.#isDemo = null;
    }
  }
}
