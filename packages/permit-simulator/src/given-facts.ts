import { z } from 'zod';
import { SimulatorError } from './errors.ts';
import type { FactsSource, InstanceRow, KeyedRow, RoleAssignmentRow, TupleRow, UserRow } from './facts.ts';

const rows = (...names: string[]) =>
  z.array(z.looseObject(Object.fromEntries(['id', ...names].map((name) => [name, z.string()])))).default([]);

const factsSchema = z.object({
  users: rows('key'),
  role_assignments: rows('user', 'role'),
  relationship_tuples: rows('subject', 'relation', 'object'),
  resource_instances: rows('key', 'resource'),
  tenants: rows('key'),
  resources: rows('key'),
});

/** Rows as the API's facts endpoints list them, by endpoint name. */
export type GivenFacts = z.input<typeof factsSchema>;

/** Given rows as the present facts, until others are given. */
export class FactTable implements FactsSource {
  #facts: z.output<typeof factsSchema>;

  /** Throws SIMULATOR_FACTS_INVALID. */
  constructor(facts: unknown = {}) {
    this.#facts = parse(facts);
  }

  /** From now on these are the facts. Throws SIMULATOR_FACTS_INVALID. */
  set(facts: GivenFacts): void {
    this.#facts = parse(facts);
  }

  users(): readonly UserRow[] {
    return this.#facts.users as unknown as UserRow[];
  }

  roleAssignments(): readonly RoleAssignmentRow[] {
    return this.#facts.role_assignments as unknown as RoleAssignmentRow[];
  }

  relationshipTuples(): readonly TupleRow[] {
    return this.#facts.relationship_tuples as unknown as TupleRow[];
  }

  resourceInstances(): readonly InstanceRow[] {
    return this.#facts.resource_instances as unknown as InstanceRow[];
  }

  tenants(): readonly KeyedRow[] {
    return this.#facts.tenants as unknown as KeyedRow[];
  }

  resources(): readonly KeyedRow[] {
    return this.#facts.resources as unknown as KeyedRow[];
  }
}

function parse(facts: unknown): z.output<typeof factsSchema> {
  const parsed = factsSchema.safeParse(facts);
  if (!parsed.success) throw new SimulatorError('SIMULATOR_FACTS_INVALID', z.prettifyError(parsed.error));
  return parsed.data;
}
