import type { EntryRecord } from '../entry-source.ts';
import type { Backend } from './backend.ts';

/** What a fault can be aimed at; a listing and its `/detailed` twin share a name. */
export const endpoints = [
  'scope',
  'projects',
  'environments',
  'pdp_configs',
  'audit_logs',
  'audit_log_detail',
  'users',
  'role_assignments',
  'relationship_tuples',
  'resource_instances',
  'tenants',
  'resources',
] as const;

export type EndpointName = (typeof endpoints)[number];

/** A request that a route matches. */
export interface RouteRequest {
  readonly url: string;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Unix ms at which the whole request is answered. */
  readonly nowMs: number;
  /** Number of the request since the start; what differs between two equal requests derives from it. */
  readonly number: number;
}

/** A GET under `/v2`. */
export interface Route {
  readonly endpoint: EndpointName;
  /** With `:name` for a parameter. */
  readonly path: string;
  /** A value to be written as JSON, or an `EntryPage`. Throws an ApiFault. */
  readonly answer: (backend: Backend, request: RouteRequest) => unknown;
}

/** JSON that is already text, with the entries in it. */
export class EntryPage {
  readonly text: string;
  readonly entries: readonly EntryRecord[];

  constructor(text: string, entries: readonly EntryRecord[]) {
    this.text = text;
    this.entries = entries;
  }
}
