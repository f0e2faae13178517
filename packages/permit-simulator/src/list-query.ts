import { byTime, type EntryRecord, type QueryKind, type Segment } from './entry-source.ts';
import type { Variants } from './variants.ts';

/** The list's filters as parsed; absent means "any". */
export interface ListQuery {
  readonly fromSeconds?: number | undefined;
  readonly toSeconds?: number | undefined;
  readonly users?: readonly string[] | undefined;
  readonly decision?: boolean | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  readonly action?: string | undefined;
  readonly pdpId?: string | undefined;
  readonly query: QueryKind | 'none';
  readonly sortBy: 'timestamp' | 'None';
  readonly page: number;
  readonly perPage: number;
}

export type Filter = (entry: EntryRecord) => boolean;

/** The records of a segment that a query kind means, oldest first. */
export function recordsOf({ checks, others }: Segment, query: ListQuery['query']): readonly EntryRecord[] {
  if (query === 'check') return checks;
  if (query !== 'none') return others.filter((entry) => entry.query === query);
  return [...checks, ...others].sort(byTime);
}

/** What the parameters filter by; undefined where nothing is. */
export function filterOf(query: ListQuery, variants: Variants): Filter | undefined {
  const tests: Filter[] = [];
  const { users, resources, decision, tenant, action, pdpId } = query;
  if (users) {
    const wanted = new Set(users);
    tests.push((entry) => wanted.has(entry.userKey ?? '') || wanted.has(entry.userEmail ?? ''));
  }
  if (resources) {
    const wanted = new Set(resources);
    const byType = variants.resources !== 'instance';
    const byInstance = variants.resources !== 'type';
    tests.push(
      ({ type }) => type !== null && ((byType && wanted.has(type)) || (byInstance && wanted.has(`${type}:${type}`))),
    );
  }
  if (decision !== undefined) tests.push((entry) => entry.decision === decision);
  if (tenant !== undefined) tests.push((entry) => entry.tenant === tenant);
  if (action !== undefined) tests.push((entry) => entry.action === action);
  if (pdpId !== undefined) tests.push((entry) => entry.pdpId === pdpId);
  // One entry for a whole bulk call has no action, type or decision of its own.
  const isOfOneCheck = resources !== undefined || decision !== undefined || action !== undefined;
  if (variants.bulk === 'one' && isOfOneCheck) tests.push((entry) => !entry.isBulk);
  return tests.length === 0 ? undefined : (entry) => tests.every((test) => test(entry));
}
