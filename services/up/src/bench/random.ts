/** Mixes 32 bits until every bit of the result depends on every bit of the input; no two inputs share a result. */
function scramble(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2545f491);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x3c6ef35f);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** What tells the bits of a seed and purpose from those of another, 32 bits. */
export function streamOf(seed: number, purpose: number): number {
  return scramble(Math.imul(seed, 0x1f123bb5) ^ scramble(purpose + 1));
}

/**
 * 32 random bits that depend on the three numbers and on nothing else, so that row 900,000 can be made without the rows
 * before it. For one seed and purpose, two rows never share their bits. `random-sql.ts` has the same in the engine's words.
 */
export function bitsOf(seed: number, row: number, purpose: number): number {
  return scramble(row ^ streamOf(seed, purpose));
}

/** The same as a number in [0, 1). */
export function drawOf(seed: number, row: number, purpose: number): number {
  return bitsOf(seed, row, purpose) / 2 ** 32;
}

function hexOf(seed: number, row: number, purpose: number): string {
  return bitsOf(seed, row, purpose).toString(16).padStart(8, '0');
}

/** A UUID (version 4 by its form) that no other row of the seed and purpose has: its first word alone tells the row. */
export function uuidOf(seed: number, row: number, purpose: number): string {
  const part = purpose * 16;
  const [a, b] = [hexOf(seed, row, part), hexOf(seed, row, part + 1)];
  const hex = `${a}${b}${hexOf(seed, row, part + 2)}${hexOf(seed, row, part + 3)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Chooses among `count` items, of which item k (from 0) has the weight 1 / (k + 1)^exponent. */
export function zipf(count: number, exponent: number): (draw: number) => number {
  const upTo: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    total += rank ** -exponent;
    upTo.push(total);
  }
  return function choose(draw) {
    const goal = draw * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? total) > goal) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
