const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

function mix(value: number): number {
  const product = Math.imul(value, multiplier);
  return Math.imul(product ^ (product >>> 24), multiplier);
}

/** MurmurHash2 as Kafka computes it: 32 bits, signed. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = seed ^ bytes.length;
  const tail = bytes.length & ~3;
  for (let at = 0; at < tail; at += 4) hash = Math.imul(hash, multiplier) ^ mix(view.getInt32(at, true));
  for (let at = bytes.length - 1; at >= tail; at -= 1) {
    hash ^= (bytes[at] ?? 0) << (8 * (at - tail));
    if (at === tail) hash = Math.imul(hash, multiplier);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, by the same rule as Kafka's default partitioner: a key keeps its partition across engines. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
