import { decisionsGroup, topics } from '@custody/decision';
import { createRecordsCommitted, type DataGap, type Log } from '@custody/log';
import { aborted, type Clock, type Lifecycle, type Logger, type SourceKind } from '@custody/runtime';
import type { ConsumerStore } from './consumer-store.ts';
import { DeadLetterAlarm } from './dead-letter-alarm.ts';
import { AccessFlips, type AccessFlipsParts } from './flips/access-flips.ts';
import { createFlipMetrics } from './flips/metrics.ts';
import { followGrants } from './grants-follower.ts';
import { batchHandler } from './handler.ts';
import { inBackground } from './in-background.ts';
import type { ConsumerMetrics } from './metrics.ts';
import { MissingDecisions } from './missing/missing-decisions.ts';
import { createPatience } from './patience.ts';
import { projectDecisions } from './projections/decisions.ts';
import { projectGrants } from './projections/grants.ts';
import type { Projection } from './projections/projection.ts';
import { projectWindows } from './projections/windows.ts';
import { createReattributionMetrics } from './reattribution/metrics.ts';
import { Reattribution } from './reattribution/reattribution.ts';
import type { ReattributionParts } from './reattribution/reattribution-term.ts';
import { SourceGuard } from './source-guard.ts';

export interface ConsumerParts {
  readonly log: Log;
  readonly store: ConsumerStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
  readonly lifecycle: Lifecycle;
  /** What the log has to hold. */
  readonly source: SourceKind;
  /** The group that reads decisions. Another one reads the topic from its beginning. Default `custody.consumer`. */
  readonly group?: string;
  /** How far behind before fresh decisions are stored ahead of the backlog, milliseconds; 0: never. Default 10,000. */
  readonly liveFirstMs?: number;
  /** How stored decisions are attributed anew; defaults as `Reattribution` has them. */
  readonly reattribution?: Pick<ReattributionParts, 'gatherMs' | 'mostRows'>;
  /** How flips of verdicts are found; defaults as `AccessFlips` has them. */
  readonly flips?: Pick<AccessFlipsParts, 'everyMs' | 'mostRows'>;
  /** A member silent for longer loses its partitions, milliseconds; so does a leader its lead. Default: the log's. */
  readonly sessionTimeoutMs?: number;
}

/** Records of a partition that may be attributed and not stored yet: a few batches. */
const mostUnderWay = 20_000;
/** So many signs of life of a batch under way fit into a session. */
const heartbeatsPerSession = 10;

/** Consumes a topic until the service stops; a batch that fails for good stops the service without a commit. */
function run(
  { log, clock, logger, metrics, lifecycle, sessionTimeoutMs }: ConsumerParts,
  { topic, group, handle, members = 1, maxRecords, onAssigned }: Projection,
  onGap: () => void = () => undefined,
): void {
  const onDataGap = (gap: DataGap) => {
    const records = gap.firstOffset - gap.committedOffset;
    metrics.lostRecords.inc({ topic }, records);
    logger.error({ ...gap, records }, 'the log deleted records before they were read; the source has to be read again');
    onGap();
  };
  const size = maxRecords === undefined ? {} : { maxRecords };
  const session = sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs };
  const heartbeatMs = sessionTimeoutMs === undefined ? undefined : sessionTimeoutMs / heartbeatsPerSession;
  const consume = async (member: number, signal: AbortSignal) => {
    const assigned = (assignment: Readonly<Record<string, readonly number[]>>) => {
      logger.debug({ group, member, partitions: assignment[topic] }, 'assigned');
      onAssigned?.(member, assignment[topic] ?? []);
    };
    const handler = batchHandler(clock, handle, heartbeatMs);
    const told = { onDataGap, onAssigned: assigned };
    const consumption = log.consume({ group, topics: [topic], handler, ...told, ...size, ...session });
    signal.addEventListener('abort', () => void consumption.stop(), { once: true });
    await consumption.done;
  };
  for (let member = 0; member < members; member += 1) lifecycle.go(group, (signal) => consume(member, signal));
}

/**
 * Starts the consumer; resolves when it takes decisions, or when the service is asked to stop before. The grants topic is
 * read to its end first: a decision attributed with half of the grants would be attributed wrongly. Throws `CONSUMER_OTHER_SOURCE`,
 * and `CONSUMER_INTERRUPTED` when it is stopped while it waits for the log.
 */
export async function startConsumer(parts: ConsumerParts): Promise<void> {
  const { log, store, clock, logger, metrics, lifecycle, source, group = decisionsGroup } = parts;
  const guard = new SourceGuard(log, source);
  const patiently = createPatience({ logger, metrics });
  await patiently('look up the source of the log', lifecycle.signal, () => guard.check());
  const grants = followGrants({ log, logger, metrics });
  lifecycle.go('grants', async (signal) => {
    signal.addEventListener('abort', () => void grants.stop(), { once: true });
    await grants.done;
  });
  await Promise.race([grants.caughtUp, aborted(lifecycle.signal)]);
  if (lifecycle.signal.aborted) return;
  logger.info({ grants_position: grants.position }, 'grants are known, taking decisions');
  const committed = { log, patiently, clock, group, topic: topics.decisions.name };
  const decisionsStored = createRecordsCommitted(committed);
  const missing = new MissingDecisions({ log, store, decisionsStored, patiently, clock, logger, metrics });
  const alarm = new DeadLetterAlarm({ clock, logger });
  const decisions = projectDecisions({ ...parts, group, grants, guard, patiently, alarm });
  run(parts, decisions, () => missing.lost());
  run(parts, projectGrants({ store, patiently, logger, metrics }));
  run(parts, projectWindows({ store, decisionsStored, patiently, logger, metrics }));
  lifecycle.go('dead letter alarm', (signal) => alarm.run(signal));
  const storedInTurn = createRecordsCommitted({ ...committed, mostAhead: mostUnderWay });
  const inFlightStored = async (signal: AbortSignal) => {
    await Promise.all([storedInTurn(signal), decisions.takenAhead()]);
  };
  const reattribution = new Reattribution({
    ...{ log, grants, inFlightStored, patiently, clock, logger },
    store: store.reattribution,
    metrics: createReattributionMetrics(metrics.registry),
    ...parts.reattribution,
  });
  const flips = new AccessFlips({
    ...{ log, patiently, clock, store: store.flips, metrics: createFlipMetrics(metrics.registry) },
    ...parts.flips,
  });
  const background = { 'missing decisions': missing, reattribution, flips };
  for (const [name, work] of Object.entries(background)) {
    lifecycle.go(
      name,
      inBackground(name, (signal) => work.run(signal), { clock, logger, metrics }),
    );
  }
}
