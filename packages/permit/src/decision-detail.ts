import { isError } from '@custody/runtime';
import { auditLogPath, type ListedEntry, listedEntry } from './decision-log.ts';
import type { LocatedEnvironment } from './environment.ts';
import { permitErrors } from './errors.ts';
import { badResponse } from './json-body.ts';
import type { Priority } from './rate-budget.ts';
import type { Transport } from './transport.ts';

/** A decision's detailed entry exactly as it was sent, or that Permit has none of this id any more. */
export type DecisionDetail =
  | { readonly outcome: 'read'; readonly entry: ListedEntry; readonly serverDateMs: number | null }
  | { readonly outcome: 'deleted' };

export interface DetailOptions {
  /** Default `evidence`. */
  readonly priority?: Priority;
}

/**
 * Reads one entry of the audit log with all that Permit keeps of it. Throws `PERMIT_BAD_RESPONSE` for an answer that is
 * no entry of this id.
 */
export async function readDecision(
  transport: Transport,
  env: LocatedEnvironment,
  { id, priority }: { readonly id: string; readonly priority: Priority },
  signal?: AbortSignal,
): Promise<DecisionDetail> {
  const path = `${auditLogPath(env)}/${encodeURIComponent(id)}`;
  try {
    const { bytes, serverDateMs } = await transport({ path, priority, signal });
    const entry = listedEntry(bytes);
    if (entry.id !== id) throw badResponse(path, 'the answer is not the entry that was asked for');
    return { outcome: 'read', entry, serverDateMs };
  } catch (error) {
    if (isError(error, permitErrors.PERMIT_NOT_FOUND)) return { outcome: 'deleted' };
    throw error;
  }
}
