import type { EntryRecord } from './entry-source.ts';
import { mix32 } from './rng.ts';

/** The same entries in an order that is a function of the nonce alone. */
export function inRequestOrder(entries: readonly EntryRecord[], nonce: number): EntryRecord[] {
  return keyed(entries, nonce)
    .sort((left, right) => left.key - right.key)
    .map(({ entry }) => entry);
}

/** Sorted entries with those of equal timestamps in an order of the nonce. */
export function shuffledTies(sorted: readonly EntryRecord[], nonce: number): EntryRecord[] {
  return keyed(sorted, nonce)
    .sort((left, right) => left.entry.micros - right.entry.micros || left.key - right.key)
    .map(({ entry }) => entry);
}

function keyed(entries: readonly EntryRecord[], nonce: number): { entry: EntryRecord; key: number }[] {
  const salt = mix32(nonce + 1);
  return entries.map((entry) => ({ entry, key: mix32(Number.parseInt(entry.id.slice(-8), 16) ^ salt) }));
}
