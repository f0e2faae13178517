/** What expires by itself: decisions, and the entries that they were read from, listed and detailed. */
export const retentionKinds = ['decisions', 'entries'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days that rows are kept, counted from the end of the UTC day in which they occurred; `null`: for ever. */
export type RetentionDays = number | null;

/** How long each kind is kept. Entries never outlive their decisions, by which alone they are found. */
export type Retention = Readonly<Record<RetentionKind, RetentionDays>>;

/** As configured: what holds for every environment, and what for those that are named, by id or by name. */
export interface RetentionPolicies {
  readonly general: Retention;
  readonly named: ReadonlyMap<string, Retention>;
}

/** An environment of the store. */
export interface StoredEnvironment {
  readonly envId: string;
  readonly envName: string;
}

/** What is kept of an environment, and how long. */
export interface EnvironmentRetention extends StoredEnvironment {
  readonly retention: Retention;
}

export const nothingExpires: RetentionPolicies = {
  general: { decisions: null, entries: null },
  named: new Map(),
};

/** How long each environment's rows are kept, and the names of policies that no environment bears. An id counts before a name. */
export function retentionOf(
  { general, named }: RetentionPolicies,
  environments: readonly StoredEnvironment[],
): { readonly environments: readonly EnvironmentRetention[]; readonly unknown: readonly string[] } {
  const known = new Set(environments.flatMap(({ envId, envName }) => [envId, envName]));
  return {
    environments: environments.map((environment) => ({
      ...environment,
      retention: named.get(environment.envId) ?? named.get(environment.envName) ?? general,
    })),
    unknown: [...named.keys()].filter((name) => !known.has(name)),
  };
}
