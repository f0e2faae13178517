import type { RunningApi } from '../src/index.ts';

export type Json = Record<string, unknown>;

/** An entry as a reader of the API sees it; everything optional may be null or missing. */
export interface ListedEntry {
  readonly id: string;
  readonly timestamp: string;
  readonly user_key?: string | null;
  readonly resource_type?: string | null;
  readonly action?: string | null;
  readonly decision?: boolean | null;
  readonly reason?: string | null;
}

export interface ListPage {
  readonly data: readonly ListedEntry[];
  readonly total_count: number;
  readonly page_count: number;
  readonly pagination_count: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

/** Asks a running API with its own key. */
export async function get<T = Json>(api: RunningApi, path: string, key = api.apiKey): Promise<Answer<T>> {
  const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${api.url}${path}`, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as T };
}

/** Path of the audit log of the key's environment. */
export async function auditLogs(api: RunningApi): Promise<string> {
  const { body } = await get<{ project_id: string; environment_id: string }>(api, '/v2/api-key/scope');
  return `/v2/pdps/${body.project_id}/${body.environment_id}/audit_logs`;
}

export function plain(id: string): string {
  return id.replaceAll('-', '');
}
