/** How many were added to which of some numbered series in a minute. */
export interface MinuteOfCounts {
  readonly series: readonly number[];
  readonly counts: readonly number[];
}

const nothing: MinuteOfCounts = { series: [], counts: [] };

/** Denials of the last five minutes and of the last hour, by the numbers of series, kept up to date minute by minute. */
export class SlidingCounts {
  readonly bucket: number[] = [];
  readonly block: number[] = [];
  readonly #bucketMinutes: number;
  readonly #minutes: MinuteOfCounts[];
  #next = 0;

  constructor(bucketMinutes: number, blockMinutes: number) {
    this.#bucketMinutes = bucketMinutes;
    this.#minutes = new Array<MinuteOfCounts>(blockMinutes).fill(nothing);
  }

  /** Takes the next minute, and lets go of those that have left the windows. */
  push(minute: MinuteOfCounts): void {
    const { length } = this.#minutes;
    const leaving = this.#minutes[(this.#next + length - this.#bucketMinutes) % length] ?? nothing;
    add(this.bucket, leaving, -1);
    add(this.block, this.#minutes[this.#next] ?? nothing, -1);
    this.#minutes[this.#next] = minute;
    add(this.bucket, minute, 1);
    add(this.block, minute, 1);
    this.#next = (this.#next + 1) % length;
  }
}

function add(sums: number[], { series, counts }: MinuteOfCounts, sign: 1 | -1): void {
  for (let at = 0; at < series.length; at += 1) {
    const index = series[at] ?? 0;
    for (let missing = sums.length; missing <= index; missing += 1) sums.push(0);
    sums[index] = (sums[index] ?? 0) + sign * (counts[at] ?? 0);
  }
}
