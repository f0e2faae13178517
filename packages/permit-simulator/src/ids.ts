import { mix32, Rng } from './rng.ts';

const hex8 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

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
  const [w1, w2, w3] = [rng.uint32(), rng.uint32(), rng.uint32()];
  const id = version4(0, w1, w2, w3);
  return hex8((bucket + 0x80000000) ^ bucketMask(seed, id)) + id.slice(8);
}

/** The bucket that an id of `entryId` names; for any other id some number that leads nowhere. */
export function bucketOfId(seed: number, id: string): number {
  return ((Number.parseInt(id.slice(0, 8), 16) ^ bucketMask(seed, id)) >>> 0) - 0x80000000;
}

function bucketMask(seed: number, id: string): number {
  return mix32(Number.parseInt(id.slice(16, 24), 16) ^ mix32(Number.parseInt(id.slice(24), 16) ^ mix32(seed)));
}

function version4(w0: number, w1: number, w2: number, w3: number): string {
  return hex8(w0) + hex8((w1 & 0xffff0fff) | 0x4000) + hex8((w2 & 0x3fffffff) | 0x80000000) + hex8(w3);
}
