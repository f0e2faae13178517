import { CustodyError } from '@custody/runtime';
import type { Scope, StatementCost, StoreClient } from '@custody/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerSources } from '../answer/answer-sources.ts';
import type { Answers } from '../answer/answers.ts';
import { queryErrors } from '../errors.ts';
import type { Allowance } from './allowance.ts';
import { type Identities, type Identity, localId, tokenRequired } from './identity.ts';
import { type AccessLevel, allows } from './levels.ts';

/** What the statements of one request have cost. */
interface RequestCost {
  statements: number;
  rowsRead: number;
  bytesRead: number;
  storeMs: number;
}

/** How long any of some statements was with the store, of those that run at once only once. */
class BusyTime {
  #running = 0;
  #sinceMs = 0;
  #totalMs = 0;

  readonly begin = (): void => {
    if (this.#running === 0) this.#sinceMs = performance.now();
    this.#running += 1;
  };

  readonly end = (): void => {
    this.#running -= 1;
    if (this.#running === 0) this.#totalMs += performance.now() - this.#sinceMs;
  };

  /** Milliseconds. */
  get total(): number {
    return this.#totalMs + (this.#running === 0 ? 0 : performance.now() - this.#sinceMs);
  }
}

/** What a caller is made of. */
export interface CallerParts {
  readonly identity: Identity;
  readonly identities: Identities;
  readonly allowance: Allowance;
  /** That only reads. */
  readonly store: StoreClient;
  readonly sources: AnswerSources;
}

/**
 * Who asks, for the time of one request, and the only way from a route to the store: what it sees is bounded by `scope`,
 * which every question takes, and what it costs by the bounds of `answers.statement` is charged to the caller's token.
 */
export class Caller {
  readonly scope: Scope;
  readonly store: StoreClient;
  readonly answers: Answers;
  /** So far. */
  readonly cost: RequestCost = { statements: 0, rowsRead: 0, bytesRead: 0, storeMs: 0 };
  /** While any statement of the request was with the store. */
  readonly storeTime = new BusyTime();
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    const { identity, allowance, store, sources } = parts;
    this.#parts = parts;
    this.scope = identity.scope;
    this.store = store;
    const onCost = ({ rowsRead, bytesRead, elapsedMs }: StatementCost) => {
      this.cost.statements++;
      this.cost.rowsRead += rowsRead;
      this.cost.bytesRead += bytesRead;
      this.cost.storeMs += elapsedMs;
      allowance.charge({ rows: rowsRead, bytes: bytesRead, seconds: elapsedMs / 1000 });
    };
    this.answers = sources.for(this.scope, { onCost, owner: identity.id, during: this.storeTime });
  }

  get id(): string {
    return this.#parts.identity.id;
  }

  /** Whether it asks with a token of the store. */
  get isStored(): boolean {
    return this.#parts.identity.isStored;
  }

  get name(): string {
    return this.#parts.identity.name;
  }

  get level(): AccessLevel {
    return this.#parts.identity.level;
  }

  /** Whether it is whoever is at this machine, of whom no token is asked. */
  get isLocal(): boolean {
    return this.#parts.identity.id === localId;
  }

  /** Throws `QUERY_NOT_ALLOWED` unless the caller's token has the level, for what only some answers of a route need. */
  require(needed: AccessLevel): void {
    const { level } = this.#parts.identity;
    if (allows(level, needed)) return;
    throw new CustodyError(
      queryErrors.QUERY_NOT_ALLOWED,
      `This needs a token of scope ${needed}; this one has ${level}.`,
      {
        fields: { needed, scope: level },
      },
    );
  }

  /**
   * Throws `QUERY_TOKEN_REQUIRED` where the token was revoked or expired since the request came. For answers that last:
   * to be asked every few seconds.
   */
  async assertCurrent(): Promise<void> {
    const { isOver } = await this.#parts.identities.renew(this.#parts.identity);
    if (isOver !== null) throw tokenRequired(`The token is ${isOver}.`);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` before the guard has let the request in, and on routes that are open to everybody. */
    caller: Caller | null;
  }
}

/** Who asks. Throws on a route that is open to everybody: there is nobody whose questions it could ask. */
export function callerOf(of: FastifyReply | FastifyRequest): Caller {
  const { caller } = 'request' in of ? of.request : of;
  if (caller === null) throw new Error('nobody was let in');
  return caller;
}
