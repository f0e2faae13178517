import { topics } from '@custody/decision';
import type { Log } from '@custody/log';
import type { Clock, Lifecycle, Logger } from '@custody/runtime';
import type { ConsumerStore } from '../consumer-store.ts';
import type { DeadLetterAlarm } from '../dead-letter-alarm.ts';
import { createDeadLetters } from '../dead-letters.ts';
import type { GrantKnowledge } from '../grants-follower.ts';
import { HistoryGathering } from '../history-gathering.ts';
import { LiveFirst } from '../live-first.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import { createNoteStored } from '../note-stored.ts';
import { type Patience, wasGivenUp } from '../patience.ts';
import { createPipeline, type PipelineParts } from '../pipeline.ts';
import { createRecall } from '../recall.ts';
import type { SourceGuard } from '../source-guard.ts';
import { createAttribute } from '../steps/attribute.ts';
import { createRecognize, sharedTimes } from '../steps/recognize.ts';
import { createStoreStep } from '../steps/store.ts';
import { createValidate } from '../steps/validate.ts';
import type { Projection } from './projection.ts';

/** How long history of a partition gathers from one write to the next. */
const historyGatherMs = 2_000;

export interface DecisionsProjectionParts {
  readonly log: Log;
  readonly store: ConsumerStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
  readonly lifecycle: Lifecycle;
  readonly group: string;
  /** How far behind before fresh decisions are stored ahead of the backlog, milliseconds; 0: never. Default 10,000. */
  readonly liveFirstMs?: number | undefined;
  readonly grants: GrantKnowledge;
  readonly guard: SourceGuard;
  readonly patiently: Patience;
  readonly alarm: Pick<DeadLetterAlarm, 'note'>;
}

/** What a batch adds to metrics and alarms once it is handled. */
function accountOf({ metrics, alarm }: DecisionsProjectionParts): PipelineParts['account'] {
  return ({ records, kept, refused, tally, begunAtMs }) => {
    alarm.note(records, refused, begunAtMs);
    tally.report(metrics);
    metrics.batchRecords.observe(records);
    metrics.records.inc({ outcome: 'kept' }, kept);
    metrics.records.inc({ outcome: 'deadLettered' }, refused.length);
    for (const { step, fault } of refused) metrics.deadLetters.inc({ step, fault });
  };
}

/** Work that ends without a failure when it is given up in order to stop. */
function untilStopped(work: (signal: AbortSignal) => Promise<void>): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    await work(signal).catch((error: unknown) => {
      if (!wasGivenUp(error, signal)) throw error;
    });
  };
}

export interface DecisionsProjection extends Projection {
  /** Resolves when what is stored ahead of a backlog at this moment is stored. */
  readonly takenAhead: () => Promise<void>;
}

/** Decisions through all steps into the store, as a group that shares the topic, and fresh ones ahead of a backlog. */
export function projectDecisions(parts: DecisionsProjectionParts): DecisionsProjection {
  const { log, store, clock, logger, metrics, lifecycle, group, liveFirstMs = 10_000 } = parts;
  const { grants, guard, patiently } = parts;
  const known = sharedTimes();
  const recall = createRecall({ store, known: known.inTurn, patiently });
  const steps = {
    clock,
    validate: createValidate(),
    recognize: createRecognize(known.inTurn),
    attribute: createAttribute(grants, clock),
    store: createStoreStep({ decisions: store, patiently, metrics }),
  };
  const handle = createPipeline({
    ...steps,
    keepDeadLetters: createDeadLetters({ log, patiently, clock }),
    noteStored: createNoteStored({ log, patiently, clock }),
    account: accountOf(parts),
  });
  // What is refused is left to the group, and so is every note, and every count but its own and that of freshness.
  const handleFresh = createPipeline({
    ...steps,
    recognize: createRecognize(known.ahead),
    keepDeadLetters: async () => undefined,
    noteStored: async () => undefined,
    account({ kept, tally }) {
      metrics.liveFirstRecords.inc(kept);
      tally.reportFreshness(metrics);
    },
  });
  const ahead = { log, patiently, clock, logger, group, afterMs: liveFirstMs };
  const liveFirst = new LiveFirst({ ...ahead, handle: handleFresh });
  const gathering = new HistoryGathering({ clock, gatherMs: historyGatherMs, stopping: lifecycle.signal });
  lifecycle.go(
    'live first',
    untilStopped((signal) => liveFirst.run(signal)),
  );
  return {
    topic: topics.decisions.name,
    group,
    // While the store takes the batch of one, the other reads and attributes: each side of it has a core to itself.
    members: 2,
    // A statement has its price, and each month in it another: large batches share it among many rows.
    maxRecords: 8_000,
    async handle(batch, signal) {
      await patiently('look up the source of the log', signal, () => guard.checkOnce());
      await recall(signal);
      await gathering.whenGathered(batch, signal);
      await liveFirst.watch(batch, () => handle(batch, signal));
    },
    onAssigned: (member, partitions) => liveFirst.assigned(member, partitions),
    takenAhead: () => liveFirst.taken(),
  };
}
