import type { Json } from '../facts.ts';
import { Rng } from '../rng.ts';
import type { Variants } from '../variants.ts';

export interface CountOptions {
  readonly total: number;
  readonly perPage: number;
  /** The last result that a listing hands out. */
  readonly reachable: number;
  readonly variants: Variants;
  readonly nonce: number;
}

/** The counts beside a page of the audit log. */
export function auditLogCounts({ nonce, perPage, reachable, total, variants }: CountOptions): Json {
  const { pageCount, paginationCount, totalCount } = variants;
  if (totalCount === 'absent') return {};
  const within = Math.min(total, reachable);
  const said = {
    exact: total,
    capped: within,
    estimated: total > reachable ? estimate(total, reachable, nonce) : total,
  };
  return {
    total_count: said[totalCount],
    ...(pageCount === 'present' && { page_count: Math.ceil(within / perPage) }),
    ...(paginationCount !== 'absent' && { pagination_count: paginationCount === 'total' ? said[totalCount] : within }),
  };
}

/** Within a fifth of the truth, and never below what can be reached. */
function estimate(total: number, reachable: number, nonce: number): number {
  return Math.max(reachable, Math.round(total * (0.8 + 0.4 * new Rng(nonce, 0xc0).next())));
}
