import { canonicalUuid, type Facet, parseTimestamp, secondMs, type TimeRange } from '@custody/decision';
import type { LocatedEnvironment } from './environment.ts';
import { badResponse } from './json-body.ts';
import { type JsonElements, splitListing } from './json-elements.ts';
import type { Priority } from './rate-budget.ts';
import type { PermitResponse, QueryValue, Transport } from './transport.ts';

/** An entry of the audit log exactly as it was sent. */
export interface ListedEntry {
  readonly bytes: Uint8Array;
  /** Canonical, so that it compares across readings; `null` where the entry has no UUID or is no JSON object. */
  readonly id: string | null;
  readonly occurredAtMs: number | null;
}

export interface DecisionPage {
  /** In the order of the answer, of which Permit promises nothing. The bytes are views into one buffer. */
  readonly entries: readonly ListedEntry[];
  /** `null` where the answer has no whole number there. A count of 10,000 or more may mean "too many" and nothing else. */
  readonly totalCount: number | null;
  readonly serverDateMs: number | null;
}

export interface DecisionRequest {
  /** The window wanted; what is asked for is wider, see `listDecisions`. */
  readonly range: TimeRange;
  readonly facet?: Facet | undefined;
  /** From 1. */
  readonly page?: number;
  /** At most 100. */
  readonly perPage?: number;
  readonly priority?: Priority;
}

export interface DecisionCount {
  readonly totalCount: number | null;
  readonly serverDateMs: number | null;
}

export const mostEntriesPerPage = 100;

function queryOf({ range, facet = {}, page = 1, perPage = mostEntriesPerPage }: DecisionRequest) {
  const query: Record<string, QueryValue> = {
    // A second more on both sides: nothing may rest on whether the API includes its bounds.
    timestamp_from: Math.max(0, Math.floor(range.fromMs / secondMs) - 1),
    timestamp_to: Math.ceil(range.toMs / secondMs) + 1,
    decision: facet.decision,
    action: facet.action,
    resources: facet.resource === undefined ? undefined : [facet.resource],
    users: facet.user === undefined ? undefined : [facet.user],
    sort_by: 'timestamp',
    query: 'check',
    page,
    per_page: perPage,
  };
  return query;
}

/** Reads what identifies an entry; never throws, whatever the bytes. */
export function listedEntry(bytes: Uint8Array): ListedEntry {
  try {
    const entry: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof entry !== 'object' || entry === null) return { bytes, id: null, occurredAtMs: null };
    const id = 'id' in entry && typeof entry.id === 'string' ? canonicalUuid(entry.id) : null;
    const at = 'timestamp' in entry && typeof entry.timestamp === 'string' ? parseTimestamp(entry.timestamp) : null;
    return { bytes, id, occurredAtMs: at };
  } catch {
    // Not JSON: it is handed on all the same, and becomes a dead letter with its bytes.
    return { bytes, id: null, occurredAtMs: null };
  }
}

function totalCountOf(listing: JsonElements): number | null {
  const raw = listing.members.get('total_count');
  const text = raw === undefined ? '' : new TextDecoder().decode(raw);
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function auditLogPath({ projectRef, envRef }: LocatedEnvironment): string {
  return `/v2/pdps/${encodeURIComponent(projectRef)}/${encodeURIComponent(envRef)}/audit_logs`;
}

async function read(transport: Transport, env: LocatedEnvironment, request: DecisionRequest, signal?: AbortSignal) {
  const path = auditLogPath(env);
  const { priority = 'fresh' } = request;
  const response: PermitResponse = await transport({ path, query: queryOf(request), priority, signal });
  const listing = splitListing(response.bytes);
  if (listing === null) throw badResponse(path, 'the answer is cut off, or is no listing');
  return { listing, serverDateMs: response.serverDateMs };
}

/**
 * One page of the decisions around a range: asks for whole seconds from one before it to one after it, so entries
 * outside the range come along. Throws `PERMIT_TOO_MANY_RESULTS` past the 10,000th result.
 */
export async function listDecisions(
  transport: Transport,
  env: LocatedEnvironment,
  request: DecisionRequest,
  signal?: AbortSignal,
): Promise<DecisionPage> {
  const { listing, serverDateMs } = await read(transport, env, request, signal);
  return { entries: listing.elements.map(listedEntry), totalCount: totalCountOf(listing), serverDateMs };
}

/** What the API counts for the same request that `listDecisions` makes for the range and facet. */
export async function countDecisions(
  transport: Transport,
  env: LocatedEnvironment,
  request: Omit<DecisionRequest, 'page' | 'perPage'>,
  signal?: AbortSignal,
): Promise<DecisionCount> {
  const { listing, serverDateMs } = await read(transport, env, { ...request, page: 1, perPage: 1 }, signal);
  return { totalCount: totalCountOf(listing), serverDateMs };
}
