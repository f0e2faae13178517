import { z } from 'zod';
import { badParameter } from '../http/problem.ts';

/** A bound on rows, as text: how it is wrong is said by us. */
export function limitParameter(usual: number | null, most: number, what = 'Most rows') {
  const note = usual === null ? `1 to ${most}` : `1 to ${most}, default ${usual}`;
  return z.string().optional().describe(`${what}: ${note}`);
}

/** Throws `QUERY_BAD_PARAMETER` outside 1 to `most`. */
export function parseLimit<Usual extends number | null>(
  text: string | undefined,
  usual: Usual,
  most: number,
  parameter = 'limit',
): number | Usual {
  if (text === undefined) return usual;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw badParameter(parameter, `must be a whole number from 1 to ${most}`);
}

/** The first rows of those that were read with one more than the limit, and whether there are others. */
export function cutTo<Row>(rows: readonly Row[], limit: number): { rows: Row[]; truncated: { truncated?: true } } {
  return { rows: rows.slice(0, limit), truncated: rows.length > limit ? { truncated: true } : {} };
}
