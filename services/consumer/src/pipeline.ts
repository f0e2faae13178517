import { replayedOrigin } from '@custody/decision';
import type { Batch, LogRecord } from '@custody/log';
import type { DeadLetterAlarm } from './dead-letter-alarm.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ConsumerMetrics } from './metrics.ts';
import type { NoteStored } from './note-stored.ts';
import { throwIfAborted } from './patience.ts';
import type { AttributedEntry } from './steps/attribute.ts';
import type { Enrich } from './steps/enrich.ts';
import { type FromRecord, type Refusal, runStep, type Step } from './steps/step.ts';
import type { StoreStep } from './steps/store.ts';
import type { ValidEntry } from './steps/validate.ts';

export interface PipelineParts {
  readonly validate: Step<FromRecord, ValidEntry>;
  readonly recognize: Step<ValidEntry, ValidEntry>;
  readonly enrich: Enrich;
  readonly attribute: Step<ValidEntry, AttributedEntry>;
  readonly store: StoreStep;
  readonly keepDeadLetters: DeadLetters;
  readonly noteStored: NoteStored;
  readonly alarm: Pick<DeadLetterAlarm, 'note'>;
  readonly metrics: ConsumerMetrics;
}

/** Takes a batch to its end: every record stored or kept as a dead letter. Only then may it be committed. */
export type Pipeline = (batch: Batch, signal: AbortSignal) => Promise<void>;

/** The same decision several times in a batch, as windows that overlap bring it: one of each form is enough. */
function dropRepeated(entries: readonly ValidEntry[]): ValidEntry[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

function keyOf({ headers, decision, isDetail }: ValidEntry): string {
  return `${headers['custody-env-id']}/${decision.id}/${isDetail}`;
}

/** Records that were replayed from the dead letters and are stored, by themselves or by their like in the batch. */
function replayedOf(recognized: readonly ValidEntry[], stored: readonly ValidEntry[]): LogRecord[] {
  const replayed = recognized.filter(({ record }) => replayedOrigin(record.headers) !== undefined);
  if (replayed.length === 0) return [];
  const keys = new Set(stored.map(keyOf));
  return replayed.filter((entry) => keys.has(keyOf(entry))).map(({ record }) => record);
}

/**
 * validate → recognize → enrich → attribute → store, and then the log commits. A crash anywhere between costs that the batch is
 * handled again: rows land on themselves, dead letters repeat with the same origin.
 *
 * Dead letters are durable first: a batch whose dead letters cannot be kept stores nothing and is not committed. That a
 * replayed one is stored is noted after the fact, so that no note promises what a crash has prevented.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { validate, recognize, enrich, attribute, store, keepDeadLetters, noteStored, alarm, metrics } = parts;
  return async function handle(batch, signal) {
    const validated = runStep(
      validate,
      batch.records.map((record) => ({ record })),
    );
    const recognized = runStep(recognize, validated.kept);
    const distinct = dropRepeated(recognized.kept);
    const attributed = runStep(attribute, await enrich(distinct, signal));
    const refused = [...validated.refused, ...recognized.refused, ...attributed.refused];
    throwIfAborted(signal, 'a batch of decisions');
    await keepDeadLetters(refused, batch.topic, signal);
    await store(attributed.kept, signal);
    await noteStored(replayedOf(recognized.kept, attributed.kept), signal);
    alarm.note(batch.records.length, refused);
    count(metrics, batch.records.length, attributed.kept.length, refused);
  };
}

function count(metrics: ConsumerMetrics, records: number, kept: number, refused: readonly Refusal[]): void {
  metrics.batchRecords.observe(records);
  metrics.records.inc({ outcome: 'kept' }, kept);
  metrics.records.inc({ outcome: 'dropped' }, records - kept - refused.length);
  metrics.records.inc({ outcome: 'deadLettered' }, refused.length);
  for (const { step, fault } of refused) metrics.deadLetters.inc({ step, fault });
}
