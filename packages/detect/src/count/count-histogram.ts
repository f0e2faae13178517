/**
 * Counts by size, so that many can be kept as few numbers that add up: each size below 16 apart, above that eight bins to
 * each doubling. Zeros are not kept: their number follows from the time that was observed.
 */
export type CountHistogram = readonly number[];

const exactBelow = 16;
const binsPerDoubling = 8;
const octaveOfExact = Math.log2(exactBelow);

/** The bin of a count of at least 1. */
export function binOf(count: number): number {
  if (count < exactBelow) return Math.floor(count);
  return exactBelow + Math.floor(binsPerDoubling * (Math.log2(count) - octaveOfExact));
}

/** Powers would be most of the work where many histograms are summed up. */
const counts: number[] = [];

/** The count that stands for all of a bin. */
export function countOfBin(bin: number): number {
  for (let next = counts.length; next <= bin; next += 1) {
    counts.push(next < exactBelow ? next : 2 ** (octaveOfExact + (next - exactBelow + 0.5) / binsPerDoubling));
  }
  return counts[bin] ?? 0;
}

/** Adds (or, with −1, takes away) one count in place. */
export function tally(histogram: number[], count: number, times = 1): void {
  if (count <= 0) return;
  const bin = binOf(count);
  for (let missing = histogram.length; missing <= bin; missing += 1) histogram.push(0);
  histogram[bin] = (histogram[bin] ?? 0) + times;
}

/** Sum and sum of squares of what is in the histogram. */
export function momentsOf(histogram: CountHistogram): { sum: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let bin = 1; bin < histogram.length; bin += 1) {
    const times = histogram[bin] ?? 0;
    if (times === 0) continue;
    const count = countOfBin(bin);
    sum += times * count;
    squares += times * count * count;
  }
  return { sum, squares };
}

/** The smallest count that a share (0 to 1) of what is in the histogram does not exceed; 0 of an empty one. */
export function quantileOf(histogram: CountHistogram, share: number): number {
  const goal = share * histogram.reduce((sum, times) => sum + times, 0);
  let seen = 0;
  for (let bin = 1; bin < histogram.length; bin += 1) {
    seen += histogram[bin] ?? 0;
    if (seen >= goal && seen > 0) return countOfBin(bin);
  }
  return 0;
}
