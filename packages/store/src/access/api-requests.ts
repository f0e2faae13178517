import type { StatementOptions, StoreClient } from '../client.ts';

/** A request to the API, as it is kept. Names are those of `custody_internal.api_requests`, which says what they mean. */
export interface ApiRequest {
  /** RFC 3339. */
  readonly at: string;
  readonly request_id: string;
  readonly token_id: string;
  readonly token_name: string;
  readonly method: string;
  readonly route: string;
  readonly parameters: string;
  readonly status: number;
  readonly code: string;
  readonly statements: number;
  readonly rows_read: number;
  readonly bytes_read: number;
  readonly store_ms: number;
  readonly elapsed_ms: number;
}

/** Keeps requests. The same ones may be written again: each counts once. Throws `STORE_*`. */
export async function writeApiRequests(
  client: StoreClient,
  requests: readonly ApiRequest[],
  options: StatementOptions = {},
): Promise<void> {
  if (requests.length > 0) await client.insert('api.requests', 'custody_internal.api_requests', requests, options);
}
