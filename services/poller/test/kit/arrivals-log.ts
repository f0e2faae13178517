import { topics } from '@custody/decision';
import type { NewRecord } from '@custody/log';
import { MemoryLog } from './memory-log.ts';

const decoder = new TextDecoder();

/** A log that remembers of decisions only when each came first: millions of them need no more. */
export class ArrivalsLog extends MemoryLog {
  /** By the entry's number; 0: not there. */
  readonly arrivedAtMs: Float64Array;
  repeated = 0;
  readonly #nowMs: () => number;

  constructor(entries: number, nowMs: () => number) {
    super();
    this.arrivedAtMs = new Float64Array(entries);
    this.#nowMs = nowMs;
  }

  override async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (topic !== topics.decisions.name) return super.append(topic, records);
    for (const { value } of records) {
      const number = numberOf(value ?? new Uint8Array());
      if (this.arrivedAtMs[number] === 0) this.arrivedAtMs[number] = this.#nowMs();
      else this.repeated += 1;
    }
  }
}

/** The kit's entries have their number in the first digits of their id. */
function numberOf(value: Uint8Array): number {
  return Number.parseInt(/"id":"([0-9a-f]+)-/.exec(decoder.decode(value.subarray(0, 40)))?.[1] ?? '', 16);
}
