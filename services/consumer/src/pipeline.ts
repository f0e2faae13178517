import { setImmediate as nextTurn } from 'node:timers/promises';
import { replayedOrigin } from '@custody/decision';
import type { Batch, LogRecord } from '@custody/log';
import { type Clock, throwIfAborted } from '@custody/runtime';
import { DecisionBlock } from '@custody/store';
import type { DeadLetters } from './dead-letters.ts';
import { consumerErrors } from './errors.ts';
import type { NoteStored } from './note-stored.ts';
import type { AttributedEntry } from './steps/attribute.ts';
import { type FromRecord, type Refusal, runStep, type Step } from './steps/step.ts';
import type { StoreStep } from './steps/store.ts';
import type { ValidEntry } from './steps/validate.ts';
import { Tally } from './tally.ts';

export interface PipelineParts {
  readonly validate: Step<FromRecord, ValidEntry>;
  readonly recognize: Step<ValidEntry, ValidEntry>;
  readonly attribute: Step<ValidEntry, AttributedEntry>;
  readonly store: StoreStep;
  readonly keepDeadLetters: DeadLetters;
  readonly noteStored: NoteStored;
  readonly clock: Clock;
  /** Told of each batch that was taken to its end. */
  readonly account: (handled: Handled) => void;
}

/** What became of a batch. */
export interface Handled {
  readonly records: number;
  readonly kept: number;
  readonly refused: readonly Refusal[];
  readonly tally: Tally;
  /** Milliseconds since the epoch. */
  readonly begunAtMs: number;
}

/** Takes a batch to its end: every record stored or kept as a dead letter. Only then may it be committed. */
export type Pipeline = (batch: Batch, signal: AbortSignal) => Promise<void>;

/** So many records are worked on in one turn of the event loop, which has other batches and heartbeats to serve. */
const recordsPerTurn = 500;

/** What became of the records of a batch. Only what was refused is kept as it came: the rest is written down at once. */
class Sorted {
  readonly block = new DecisionBlock();
  readonly tally = new Tally();
  readonly refused: Refusal[] = [];
  readonly replayed: LogRecord[] = [];
}

/**
 * validate → recognize → attribute → store, and then the log commits. A crash anywhere between costs that the batch is
 * handled again: rows land on themselves, as do those that come twice in a batch, and dead letters repeat with the same
 * origin.
 *
 * Dead letters are durable first: a batch whose dead letters cannot be kept stores nothing and is not committed. That a
 * replayed one is stored is noted after the fact, so that no note promises what a crash has prevented.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { validate, recognize, attribute, store, keepDeadLetters, noteStored, clock, account } = parts;
  const sort = (record: LogRecord, { block, tally, refused, replayed }: Sorted) => {
    const refuse = (refusal: Refusal) => refused.push(refusal);
    const valid = runStep(validate, { record }, refuse);
    const recognized = valid && runStep(recognize, valid, refuse);
    const attributed = recognized && runStep(attribute, recognized, refuse);
    if (attributed === undefined) return;
    block.add(attributed);
    tally.add(attributed.decision);
    if (replayedOrigin(record.headers) !== undefined) replayed.push(record);
  };
  return async function handle(batch, signal) {
    const begunAtMs = clock.now();
    const sorted = new Sorted();
    for (const [index, record] of batch.records.entries()) {
      if (index > 0 && index % recordsPerTurn === 0) await nextTurn();
      sort(record, sorted);
    }
    const { block, tally, refused, replayed } = sorted;
    throwIfAborted(signal, consumerErrors.CONSUMER_INTERRUPTED, 'a batch of decisions');
    await keepDeadLetters(refused, batch.topic, signal);
    await store(block, signal);
    await noteStored(replayed, signal);
    account({ records: batch.records.length, kept: block.rows, refused, tally, begunAtMs });
  };
}
