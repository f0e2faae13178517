/** How old a reading may be that is told, milliseconds. */
const readingTtlMs = 2_000;

interface Reading<Found> {
  readonly readAtMs: number;
  readonly found: Promise<Found>;
}

/**
 * The same reading for all who ask within two seconds, and in the second one read anew beside their answers, so that nobody waits
 * where somebody asks all the time. Not bound to one client: others may be waiting for the same rows.
 */
export function forAWhile<Found>(read: () => Promise<Found>): () => Promise<Found> {
  let known: Reading<Found> | null = null;
  let next: Reading<Found> | null = null;
  const begin = (nowMs: number) => {
    const reading = { readAtMs: nowMs, found: read() };
    next = reading;
    reading.found.then(
      () => {
        known = reading;
        next = null;
      },
      () => {
        next = null;
      },
    );
    return reading;
  };
  return () => {
    const nowMs = performance.now();
    const ageMs = nowMs - (known?.readAtMs ?? Number.NEGATIVE_INFINITY);
    if (known === null || ageMs > readingTtlMs) return (next ?? begin(nowMs)).found;
    if (ageMs > readingTtlMs / 2 && next === null) begin(nowMs);
    return known.found;
  };
}
