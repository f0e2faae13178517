import { CustodyError } from '@custody/runtime';
import type { z } from 'zod';
import { permitErrors } from './errors.ts';

/** Says that an answer is not what the documentation describes; the answer's text stays out of the error. */
export function badResponse(path: string, detail: string, cause?: unknown): CustodyError {
  return new CustodyError(permitErrors.PERMIT_BAD_RESPONSE, `GET ${path}: ${detail}`, { cause, fields: { path } });
}

/** Parses a whole answer, or throws `PERMIT_BAD_RESPONSE`. */
export function parseBody(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's message quotes the text that it stumbled over, so it is no cause worth keeping.
    throw badResponse(path, 'the answer is not JSON, or was cut off');
  }
}

/** Checks a value against the shape that Custody relies on, or throws `PERMIT_BAD_RESPONSE` naming the field. */
export function expectShape<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badResponse(path, `unexpected ${issue?.path.join('.') || 'answer'}: ${issue?.message}`);
}
