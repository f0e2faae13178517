const length = 16;

/** The lmdb key of a position: topic id, partition and offset, big-endian, so that byte order is log order. */
export function positionKey(topicId: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(length);
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, 4);
  key.writeUInt32BE(Math.floor(offset / 2 ** 32), 8);
  key.writeUInt32BE(offset % 2 ** 32, 12);
  return key;
}

export function offsetOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  return view.getUint32(8) * 2 ** 32 + view.getUint32(12);
}
