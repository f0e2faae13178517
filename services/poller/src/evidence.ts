import type { Log } from '@custody/log';
import type { Clock, Logger, Patience } from '@custody/runtime';
import { EvidenceJudge } from './evidence-judge.ts';
import { EvidenceList } from './evidence-list.ts';
import { EvidenceReader, type EvidenceReport } from './evidence-reader.ts';
import type { FactMemory } from './known-facts.ts';
import type { PollerMetrics } from './metrics.ts';
import type { DetailSource, EnvironmentName } from './source.ts';
import type { SourceTime } from './source-time.ts';

export interface EvidenceOptions {
  readonly log: Log;
  readonly details?: DetailSource;
  readonly memory: FactMemory;
  readonly env: EnvironmentName;
  readonly clock: Clock;
  readonly time: SourceTime;
  readonly logger: Logger;
  readonly metrics: PollerMetrics;
  readonly patiently: Patience;
}

/** Detailed entries of the decisions that need them, before Permit deletes those. */
export interface Evidence {
  readonly owe: EvidenceJudge['judge'];
  readonly step: EvidenceReader['step'];
  readonly run: EvidenceReader['run'];
  report(): EvidenceReport;
}

const nothing: EvidenceReport = { owed: 0, oldestOwedMs: null, read: 0, deletedFirst: 0 };

/** Goes on with what the evidence topic says is owed. */
export async function openEvidence({ details, ...parts }: EvidenceOptions): Promise<Evidence> {
  if (details === undefined) {
    return {
      owe: async () => undefined,
      step: async () => 'idle',
      run: async () => undefined,
      report: () => nothing,
    };
  }
  const list = await EvidenceList.open(parts);
  const judge = new EvidenceJudge({ ...parts, list });
  const reader = new EvidenceReader({ ...parts, details, list, judge });
  return {
    owe: (decisions, isLive, signal) => judge.judge(decisions, isLive, signal),
    step: (signal) => reader.step(signal),
    run: (signal) => reader.run(signal),
    report: () => reader.report(),
  };
}
