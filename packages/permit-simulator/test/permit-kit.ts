import { createSimulatedPermit, type SimulatedPermit, type SimulatedPermitOptions } from '../src/index.ts';
import type { Answer, Json, ListPage } from './client.ts';

export const startMs = Date.parse('2026-03-11T12:00:00Z');
/** Long after everything that `entriesOf` makes. */
export const laterMs = startMs + 3_600_000;

export interface EntryFields {
  readonly [name: string]: unknown;
}

/** The `index`th entry, so many milliseconds after the start. */
export function entryAt(index: number, offsetMs: number, more: EntryFields = {}): Json {
  return {
    id: idAt(index),
    timestamp: new Date(startMs + offsetMs).toISOString(),
    user_key: `agent|a${index % 5}`,
    resource_type: `server-${index % 3}`,
    action: 'read',
    decision: index % 4 !== 0,
    org_id: 'x',
    project_id: 'x',
    env_id: 'x',
    ...more,
  };
}

export function idAt(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-0000-4000-8000-${(index * 7919).toString(16).padStart(12, '0')}`;
}

export function plainIdAt(index: number): string {
  return idAt(index).replaceAll('-', '');
}

/** One entry a second. */
export function entriesOf(count: number, more: (index: number) => EntryFields = () => ({})): { entry: Json }[] {
  return Array.from({ length: count }, (_, index) => ({ entry: entryAt(index, index * 1000, more(index)) }));
}

export class PermitKit {
  readonly permit: SimulatedPermit;
  nowMs: number;

  constructor(options: SimulatedPermitOptions = {}, nowMs = laterMs) {
    this.nowMs = nowMs;
    this.permit = createSimulatedPermit({ now: () => this.nowMs, ...options });
  }

  /** Path below the environment of one of the API's areas. */
  path(area: 'pdps' | 'facts' | 'schema', rest: string): string {
    const { environmentId, projectId } = this.permit.scope;
    return `/v2/${area}/${projectId}/${environmentId}/${rest}`;
  }

  async get<T = Json>(path: string, key = this.permit.apiKey): Promise<Answer<T>> {
    const response = await this.fetch(path, key);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf<T>(text) };
  }

  fetch(path: string, key = this.permit.apiKey, init: RequestInit = {}): Promise<Response> {
    return this.permit.fetch(this.permit.url + path, { headers: { authorization: `Bearer ${key}` }, ...init });
  }

  async list(query = ''): Promise<ListPage> {
    return (await this.get<ListPage>(this.path('pdps', `audit_logs?per_page=100&${query}`))).body;
  }

  /** Ids of a page, 32 hex digits each, in its order. */
  async ids(query = ''): Promise<string[]> {
    return (await this.list(query)).data.map(({ id }) => id.replaceAll('-', ''));
  }
}

function jsonOf<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined as T;
  }
}
