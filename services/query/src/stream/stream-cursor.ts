import { canonicalUuid } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { LandingPosition } from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';

/** A place in the order of landings of one store, as the ids of events carry it. */
export interface StreamCursor {
  readonly tableId: string;
  readonly position: LandingPosition;
}

const whole = z.number().int().nonnegative();
const shape = z.union([z.tuple([z.string(), whole]), z.tuple([z.string(), whole, whole, z.string()])]);

/** So much of a table's id tells it from others, and keeps the ids of events short. */
const namingLength = 8;

export function encodeStreamCursor({ tableId, position: { block, after } }: StreamCursor): string {
  const values = [tableId.slice(0, namingLength), block, ...(after === null ? [] : [after.occurredAtMs, after.id])];
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Whether a cursor was given out over this very table. */
export function isOfTable({ tableId }: StreamCursor, id: string): boolean {
  return tableId === id.slice(0, namingLength);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Throws `QUERY_BAD_CURSOR` for anything that `encodeStreamCursor` did not make. */
export function decodeStreamCursor(text: string): StreamCursor {
  const parsed = shape.safeParse(parse(text));
  if (parsed.success) {
    const [tableId, block, occurredAtMs, id] = parsed.data;
    if (id === undefined || occurredAtMs === undefined) return { tableId, position: { block, after: null } };
    if (canonicalUuid(id) === id) return { tableId, position: { block, after: { occurredAtMs, id } } };
  }
  throw new CustodyError(queryErrors.QUERY_BAD_CURSOR, 'Last-Event-ID: not the id of one of our events.');
}
