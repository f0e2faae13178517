import { createHash } from 'node:crypto';
import { canonicalUuid, hourMs, minuteMs, secondMs } from '@custody/decision';
import type { GivenEntry } from '@custody/permit-simulator';
import type { Dice } from './dice.ts';
import { entryAt } from './entries.ts';

export interface EntryDrawing {
  readonly fromMs: number;
  readonly toMs: number;
  /** A row in time is never later than this. */
  readonly latestMs: number;
  /** Share of the rows that come later than any lateness allows for. */
  readonly tooLate: number;
  /** Share of the rows that the source deletes one by one. */
  readonly deleted: number;
}

/** Where decisions cluster: on edges of hours and seconds, in bursts, or anywhere. */
function timeOf(dice: Dice, fromMs: number, toMs: number): number {
  const anyMs = dice.between(fromMs, toMs - 1);
  const shape = dice.next();
  if (shape < 0.1) return Math.round(anyMs / hourMs) * hourMs + dice.oneOf(-1, 0, 0, 1, 999, 1_000);
  if (shape < 0.3) return Math.floor(anyMs / minuteMs) * minuteMs + dice.oneOf(0, 1, 999);
  return anyMs;
}

/** An id as random as they are, so that the XOR of ids tells sets of them apart. */
function idOf(index: number): string {
  const hex = createHash('sha256').update(String(index)).digest('hex').slice(0, 32);
  return canonicalUuid(hex) ?? '';
}

/** An entry in one of its forms: with and without the engine's log, of single checks, bulk calls and other questions. */
export function drawnEntry(dice: Dice, index: number, atMs: number): ReturnType<typeof entryAt> {
  return entryAt(index, new Date(atMs).toISOString(), {
    id: idOf(index),
    action: dice.oneOf('read', 'write', 'delete'),
    resource_type: dice.oneOf('linear', 'github'),
    decision: dice.oneOf(true, true, false, null),
    query: dice.oneOf('permit/root', 'permit/root', 'permit/root', 'permit/bulk', 'permit/user_permissions'),
    ...(dice.chance(0.2) && { raw_data: { engine: 'OPA', input: { action: 'read' }, result: { allow: true } } }),
    ...(dice.chance(0.2) && { created_at: new Date(atMs + secondMs).toISOString() }),
  });
}

export function drawEntries(dice: Dice, { fromMs, toMs, latestMs, tooLate, deleted }: EntryDrawing): GivenEntry[] {
  const count = dice.oneOf(0, 3, 12, 30, 60);
  return Array.from({ length: count }, (_, index): GivenEntry => {
    const atMs = timeOf(dice, fromMs, toMs);
    const lateMs = dice.chance(tooLate) ? dice.between(latestMs, 50 * minuteMs) : dice.between(0, latestMs);
    const visibleAtMs = atMs + (dice.chance(0.7) ? dice.between(0, 10 * secondMs) : lateMs);
    const entry = drawnEntry(dice, index + 1, atMs);
    return { entry, visibleAtMs, ...(dice.chance(deleted) && { deletedAtMs: atMs + dice.between(0, 2 * hourMs) }) };
  });
}
