/** The present state of an environment as Permit's facts and schema endpoints show it. Rows are the API's own objects. */

export type Json = Record<string, unknown>;

export interface UserRow extends Json {
  readonly id: string;
  readonly key: string;
}

export interface RoleAssignmentRow extends Json {
  readonly id: string;
  readonly user: string;
  readonly role: string;
}

export interface TupleRow extends Json {
  readonly id: string;
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
}

export interface InstanceRow extends Json {
  readonly id: string;
  readonly key: string;
  readonly resource: string;
}

export interface KeyedRow extends Json {
  readonly id: string;
  readonly key: string;
}

/** Facts as of a moment; the past is not to be had, as with Permit. */
export interface FactsSource {
  users(nowMs: number): readonly UserRow[];
  roleAssignments(nowMs: number): readonly RoleAssignmentRow[];
  relationshipTuples(nowMs: number): readonly TupleRow[];
  resourceInstances(nowMs: number): readonly InstanceRow[];
  tenants(nowMs: number): readonly KeyedRow[];
  /** Resource types with their actions, roles and relations. */
  resources(nowMs: number): readonly KeyedRow[];
}
