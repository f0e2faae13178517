import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition, and says which one never came. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  limitMs = 30_000,
): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    // Most conditions are a statement of the store's: asked more often, they are its main work.
    await pause(100);
  }
}
