import type { PermitClient } from '@custody/permit';

/** Where decisions are read, page by page, with counts. */
export type DecisionSource = Pick<PermitClient, 'listDecisions' | 'countDecisions'>;

/** Where detailed entries are read, one at a time. */
export type DetailSource = Pick<PermitClient, 'readDecision'>;

/** Where facts are listed, each kind complete or not at all. */
export type FactListings = Pick<PermitClient, 'listConsents' | 'listCeilings' | 'listToolLevels' | 'listIdentities'>;

/** The environment as records name it. */
export interface EnvironmentName {
  readonly id: string;
  readonly name: string;
}

/** From this count on, the source means "too many" and nothing else; it is also the last result that it hands out. */
export const tooManyResults = 10_000;
