import type { FactListings } from '../../src/source.ts';

type Listed<K extends keyof FactListings> = Awaited<ReturnType<FactListings[K]>>;

/** Facts that a test sets, listed as they are at that moment; an error in place of a kind is thrown. */
export class GivenFacts implements FactListings {
  consents: Listed<'listConsents'> | Error = [];
  ceilings: Listed<'listCeilings'> | Error = [];
  toolLevels: Listed<'listToolLevels'> | Error = [];
  identities: Listed<'listIdentities'> | Error = [];
  calls = 0;

  listConsents = () => this.#give(this.consents);
  listCeilings = () => this.#give(this.ceilings);
  listToolLevels = () => this.#give(this.toolLevels);
  listIdentities = () => this.#give(this.identities);

  async #give<T>(listed: T | Error): Promise<T> {
    this.calls += 1;
    if (listed instanceof Error) throw listed;
    return listed;
  }
}
