import { createHash } from 'node:crypto';
import { canonicalUuid, type TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { PagePosition, Scope } from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';

/** Where a page ended, and the range that it belongs to: relative times must not move between two pages. */
export interface Cursor {
  readonly range: TimeRange;
  readonly after: PagePosition;
  /** Of the other parameters: a cursor belongs to the question that it came from. */
  readonly fingerprint: string;
}

const instant = z
  .number()
  .int()
  .nonnegative()
  .max(Date.UTC(2200, 0, 1));
const shape = z.tuple([instant, instant, instant, z.string(), z.string()]);

/**
 * Identifies a question apart from its range and its page: what is asked, and what who asks may see. Callers who may see the
 * same may hand a cursor on to each other.
 */
export function fingerprintOf(parameters: Readonly<Record<string, unknown>>, scope: Scope): string {
  const kept = Object.entries(parameters).filter(([name]) => !['cursor', 'limit', 'from', 'to', 'tz'].includes(name));
  return createHash('sha256')
    .update(JSON.stringify([kept.sort(), scope.envIds, scope.servers, scope.humans]))
    .digest('base64url')
    .slice(0, 12);
}

export function encodeCursor({ range, after, fingerprint }: Cursor): string {
  const values = [range.fromMs, range.toMs, after.occurredAtMs, after.id, fingerprint];
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Throws `QUERY_BAD_CURSOR` for anything that `encodeCursor` did not make for the same question. `parseId`: what ids of
 * the rows have to be, `null` for anything else.
 */
export function decodeCursor(
  text: string,
  fingerprint: string,
  parseId: (id: string) => string | null = canonicalUuid,
): Cursor {
  const parsed = shape.safeParse(parse(text));
  const id = parsed.success ? parseId(parsed.data[3]) : null;
  if (!parsed.success || id === null) throw new CustodyError(queryErrors.QUERY_BAD_CURSOR, 'cursor: not one of ours.');
  const [fromMs, toMs, occurredAtMs, , question] = parsed.data;
  if (question !== fingerprint) {
    throw new CustodyError(queryErrors.QUERY_BAD_CURSOR, 'cursor: it belongs to a question with other filters.');
  }
  return { range: { fromMs, toMs }, after: { occurredAtMs, id }, fingerprint };
}
