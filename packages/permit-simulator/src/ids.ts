import { mix32, Rng } from './rng.ts';

/** Writing ids is most of the work of making an entry, so their digits come four at a time. */
const hex4 = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
const hex8 = (value: number): string => `${hex4[value >>> 16]}${hex4[value & 0xffff]}`;

/** 32 hex digits of a version-4 UUID, without hyphens: the form in which Permit's facts carry ids. */
export function idOf(seed: number, ...labels: readonly (string | number)[]): string {
  const rng = Rng.of(seed, 'id', ...labels);
  return version4(rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32());
}

/** The same id in the hyphened form. */
export function hyphened(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}

/** 32 lower-case hex digits of either form, or undefined where the text is no UUID. */
export function plainId(text: string): string | undefined {
  const plain = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(plain) ? plain : undefined;
}

/**
 * The id of an entry. Its first word hides the bucket it lies in, so that an entry is found by id
 * without an index over all history.
 */
export function entryId(seed: number, bucket: number, rng: Rng): string {
  const w1 = rng.uint32();
  const w2 = variantBits(rng.uint32());
  const w3 = rng.uint32();
  return hex8((bucket + 0x80000000) ^ bucketMask(seed, w2, w3)) + hex8(versionBits(w1)) + hex8(w2) + hex8(w3);
}

/** The bucket that an id of `entryId` names; for any other id some number that leads nowhere. */
export function bucketOfId(seed: number, id: string): number {
  const word = (index: number) => Number.parseInt(id.slice(index * 8, index * 8 + 8), 16);
  return ((word(0) ^ bucketMask(seed, word(2), word(3))) >>> 0) - 0x80000000;
}

function bucketMask(seed: number, w2: number, w3: number): number {
  return mix32(w2 ^ mix32(w3 ^ mix32(seed)));
}

function version4(w0: number, w1: number, w2: number, w3: number): string {
  return hex8(w0) + hex8(versionBits(w1)) + hex8(variantBits(w2)) + hex8(w3);
}

function versionBits(word: number): number {
  return (word & 0xffff0fff) | 0x4000;
}

function variantBits(word: number): number {
  return (word & 0x3fffffff) | 0x80000000;
}
