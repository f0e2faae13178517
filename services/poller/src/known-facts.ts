import {
  type Consent,
  type Fact,
  type FactKind,
  type GrantRecord,
  grantRecord,
  grantRecordKey,
  type Listing,
  topics,
} from '@custody/decision';
import type { Log } from '@custody/log';
import type { Logger } from '@custody/runtime';
import type { KnownFacts } from './fact-differences.ts';

/** The state of the grants topic for one environment: what holds now, what ended, when it was listed. */
export class FactMemory {
  readonly #envId: string;
  readonly #current = new Map<FactKind, Map<string, Fact>>();
  readonly #endedKeys = new Set<string>();
  readonly #listings = new Map<FactKind, Listing>();
  readonly #callers = new Set<string>();
  readonly #humans = new Map<string, Set<string>>();

  constructor(envId: string) {
    this.#envId = envId;
  }

  /** Reads the newest value of every grant. */
  static async read(log: Log, envId: string, logger: Logger): Promise<FactMemory> {
    const memory = new FactMemory(envId);
    const { records } = await log.latest(topics.grants.name);
    for (const [key, { value }] of records) {
      if (value === null || !key.startsWith(`${envId}/`)) continue;
      const parsed = grantRecord.safeParse(parseJson(value));
      if (parsed.success) memory.apply(parsed.data);
      else logger.warn({ key }, 'a grant is not understood: it is taken for unknown');
    }
    return memory;
  }

  apply(record: GrantRecord): void {
    if (record.env_id !== this.#envId) return;
    if (record.kind === 'listing') {
      this.#listings.set(record.of, record);
      return;
    }
    const current = this.#factsOf(record.kind);
    const key = grantRecordKey(record);
    if (record.kind === 'consent') this.#noteHuman(record);
    if (record.first_missing === null) {
      current.set(record.grant_id, record);
      if (record.kind === 'consent') this.#callers.add(record.agent_key);
      if (record.kind === 'identity') this.#callers.add(record.user_key);
      return;
    }
    this.#endedKeys.add(key);
    const held = current.get(record.grant_id);
    // An ended record may be read after its successor: only the one that it ends goes.
    if (held !== undefined && grantRecordKey(held) === key) current.delete(record.grant_id);
  }

  known(kind: FactKind): KnownFacts {
    const listing = this.#listings.get(kind) ?? null;
    return { current: this.#factsOf(kind), endedKeys: this.#endedKeys, listing };
  }

  /** Users that any fact ever named as a caller. */
  callers(): Iterable<string> {
    return this.#callers;
  }

  /** Whether any fact ever named this user as a caller. */
  knowsCaller(userKey: string): boolean {
    return this.#callers.has(userKey);
  }

  /** Whether consents, ended ones included, ever named more than one human for this agent. */
  namesSeveralHumans(agentKey: string): boolean {
    return (this.#humans.get(agentKey)?.size ?? 0) > 1;
  }

  #noteHuman({ agent_key, human_key }: Consent): void {
    const humans = this.#humans.get(agent_key) ?? new Set();
    this.#humans.set(agent_key, humans.add(human_key));
  }

  #factsOf(kind: FactKind): Map<string, Fact> {
    const existing = this.#current.get(kind);
    if (existing) return existing;
    const created = new Map<string, Fact>();
    this.#current.set(kind, created);
    return created;
  }
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
