import { z } from 'zod';
import { deadLettered, kept, type Outcome } from './outcome.ts';

/**
 * Headers of a record in the decisions topic; its value is the entry's bytes as Permit sent them, so that a dead letter
 * can keep them untouched.
 */
export const decisionHeaders = z.object({
  'custody-env-id': z.string().min(1),
  'custody-env-name': z.string(),
  /** Start of the UTC hour that was being read, RFC 3339. */
  'custody-hour': z.string(),
  /** When the page that held it was read, RFC 3339. */
  'custody-read-at': z.string(),
  'custody-mode': z.enum(['live', 'backfill']),
});
export type DecisionHeaders = z.infer<typeof decisionHeaders>;

/**
 * Headers beside these where the value is the entry as the API details it: more evidence of the same decision. Their
 * absence means the entry as it was listed.
 */
export const detailHeaders = z.object({
  'custody-form': z.literal('detailed'),
  /** The timestamp under which it was listed, which its own has to equal; RFC 3339. */
  'custody-listed-at': z.string(),
});
export type DetailHeaders = z.infer<typeof detailHeaders>;

/** Headers of a record of either form. */
export type AnyDecisionHeaders = DecisionHeaders & Partial<DetailHeaders>;

/** Reads the headers of a record; a record without them was not written by a poller. */
export function parseDecisionHeaders(headers: Readonly<Record<string, string>>): Outcome<AnyDecisionHeaders> {
  const parsed = decisionHeaders.safeParse(headers);
  if (parsed.success) {
    const detail = detailHeaders.safeParse(headers);
    return kept(detail.success ? { ...parsed.data, ...detail.data } : parsed.data);
  }
  const [first] = parsed.error.issues;
  return deadLettered('missing_header', `${first?.path.join('.')}: ${first?.message}`);
}
