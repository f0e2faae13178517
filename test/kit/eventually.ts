import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition that another process brings about; fails with what it last saw. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isMet: (seen: T) => boolean,
  { timeoutMs = 45_000, everyMs = 200 } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isMet(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain; last seen: ${JSON.stringify(seen)}`);
    await delay(everyMs);
  }
}
