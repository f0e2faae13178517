import { streamOf } from './random.ts';

/**
 * The random numbers of `random.ts` as SQL expressions, bit for bit. The engine multiplies 32 bits into 64, of which
 * `toUInt32` keeps the lower half, as `Math.imul` does; what occurs several times in a text is computed once.
 */
function multiplied(word: string, factor: number): string {
  return `toUInt32(${word} * ${factor})`;
}

function folded(word: string, by: number): string {
  return `bitXor(${word}, bitShiftRight(${word}, ${by}))`;
}

/** 32 random bits of a row, a UInt32; `row` is an expression of that type. */
export function bitsSql(seed: number, row: string, purpose: number): string {
  const word = `bitXor(${row}, toUInt32(${streamOf(seed, purpose)}))`;
  return folded(multiplied(folded(multiplied(folded(word, 15), 0x2545f491), 13), 0x3c6ef35f), 16);
}

/** The same as a number in [0, 1), a Float64. */
export function drawSql(seed: number, row: string, purpose: number): string {
  return `${bitsSql(seed, row, purpose)} / ${2 ** 32}`;
}

/** What `uuidOf` makes of a row, a UUID. */
export function uuidSql(seed: number, row: string, purpose: number): string {
  const [a, b, c, d] = [0, 1, 2, 3].map((n) => `toUInt64(${bitsSql(seed, row, purpose * 16 + n)})`);
  // The version and the variant take the place of four random bits each.
  const upper = `bitOr(bitShiftLeft(${a}, 32), bitOr(bitAnd(${b}, 0xffff0fff), 0x4000))`;
  const lower = `bitOr(bitShiftLeft(bitOr(bitAnd(${c}, 0x0fffffff), 0xa0000000), 32), ${d})`;
  // The half that is written first is the lower one to the engine.
  return `reinterpretAsUUID(bitOr(toUInt128(${upper}), bitShiftLeft(toUInt128(${lower}), 64)))`;
}

/** A text of ours, as a literal. */
export function textSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The text with the number `index`, an expression; `''` beyond the last one. */
export function itemSql(index: string, texts: readonly string[]): string {
  return `transform(${index}, range(${texts.length}), [${texts.map(textSql)}], '')`;
}
