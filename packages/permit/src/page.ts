import { z } from 'zod';
import { expectShape } from './json-body.ts';

/** One page of a listing. `totalCount` is `null` where the answer carried none. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly totalCount: number | null;
}

const count = z.number().int().nonnegative().nullish().catch(undefined);

/** Reads a page in either of the API's two forms: a bare array, or `{ data, total_count }`. */
export function readPage<T>(row: z.ZodType<T>, body: unknown, path: string): Page<T> {
  if (Array.isArray(body)) return { rows: expectShape(z.array(row), body, path), totalCount: null };
  const page = expectShape(z.looseObject({ data: z.array(row), total_count: count }), body, path);
  return { rows: page.data, totalCount: page.total_count ?? null };
}
