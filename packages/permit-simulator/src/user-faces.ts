import type { Agent } from './agents.ts';
import type { UserFace } from './entry.ts';
import type { PolicyWorld } from './policy.ts';

function named(firstName: string, lastName: string) {
  return { name: `${firstName} ${lastName}`, firstName, lastName };
}

/** What entries tell of users beside their keys; each is made once. */
export class UserFaces {
  readonly #policy: Pick<PolicyWorld, 'agents' | 'humans'>;
  readonly #faces = new Map<string, UserFace>();

  constructor(policy: Pick<PolicyWorld, 'agents' | 'humans'>) {
    this.#policy = policy;
  }

  of(key: string): UserFace {
    const known = this.#faces.get(key);
    if (known) return known;
    const agent: Agent | undefined = this.#policy.agents.get(key);
    const human = this.#policy.humans.get(key);
    const name = agent && agent.kind !== 'unknown' ? agent.name : null;
    const face = human
      ? { key, email: human.email, ...named(human.firstName, human.lastName) }
      : { key, email: null, name, firstName: name, lastName: null };
    this.#faces.set(key, face);
    return face;
  }
}
