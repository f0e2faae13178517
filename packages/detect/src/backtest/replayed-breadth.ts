import type { TimeRange } from '@custody/decision';
import { bucketsByTools, tallyTools } from '../count/breadth.ts';
import { CountList } from '../count/count-list.ts';
import type { CountModel } from '../count/count-model.ts';
import { learnedRange } from '../count/series-history.ts';

/** How many distinct tools one agent of a back-test was denied, bucket by bucket, as time goes on. */
export class ReplayedBreadth {
  readonly #model: CountModel;
  readonly #counts = new CountList();
  /** Buckets by their tools, of the positions from one on and before another: those that are learned from. */
  readonly #buckets: number[] = [];
  #from = 0;
  #until = 0;

  constructor(model: CountModel) {
    this.#model = model;
  }

  /** Of buckets that are over, in order. */
  pushAll(buckets: ArrayLike<number>, counts: ArrayLike<number>): void {
    this.#counts.pushAll(buckets, counts);
  }

  push(bucket: number, count: number): void {
    this.#counts.push(bucket, count);
  }

  /** Buckets by their tools, as of one that has just begun; only forward. */
  asOf(nowBucket: number, masked: readonly TimeRange[]): readonly number[] {
    const { fromBucket, untilBucket } = learnedRange(this.#model, nowBucket);
    const counts = this.#counts;
    for (; this.#until < counts.end && counts.bucketAt(this.#until) < untilBucket; this.#until += 1) {
      tallyTools(this.#buckets, counts.countAt(this.#until), 1);
    }
    for (; this.#from < this.#until && counts.bucketAt(this.#from) < fromBucket; this.#from += 1) {
      tallyTools(this.#buckets, counts.countAt(this.#from), -1);
    }
    counts.dropBefore(this.#from);
    return masked.length === 0 ? this.#buckets : bucketsByTools(this.#learned(), nowBucket, this.#model, masked);
  }

  *#learned() {
    for (let at = this.#from; at < this.#until; at += 1) {
      yield { bucket: this.#counts.bucketAt(at), count: this.#counts.countAt(at) };
    }
  }
}
