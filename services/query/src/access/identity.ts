import { timingSafeEqual } from 'node:crypto';
import { type Clock, CustodyError } from '@custody/runtime';
import { everything, type Scope, type StoredToken, scopeOfToken } from '@custody/store';
import { queryErrors } from '../errors.ts';
import type { KnownTokens } from './known-tokens.ts';
import { type AccessLevel, accessLevels } from './levels.ts';
import { hashSecret } from './secret.ts';

/** Who asks. */
export interface Identity {
  /** Of a stored token; `admin` for the configured one, `local` where none is asked for. */
  readonly id: string;
  readonly name: string;
  readonly level: AccessLevel;
  readonly scope: Scope;
  readonly isStored: boolean;
  /** Why it is not let in any more. */
  readonly isOver: 'revoked' | 'expired' | null;
}

const unrestricted = { level: 'admin', scope: everything, isStored: false, isOver: null } as const;
const admin: Identity = { id: 'admin', name: 'CUSTODY_ADMIN_TOKEN', ...unrestricted };
/** Of whoever is at this machine, where no token is asked for. */
export const localId = 'local';
const local: Identity = { id: localId, name: 'this machine', ...unrestricted };

export function tokenRequired(message: string): CustodyError {
  return new CustodyError(queryErrors.QUERY_TOKEN_REQUIRED, message);
}

function identityOf(token: StoredToken, nowMs: number): Identity {
  const isExpired = token.expires_at !== null && Date.parse(token.expires_at) <= nowMs;
  return {
    id: token.token_id,
    name: token.name,
    // A level that a newer version may know allows nothing here beyond the least.
    level: accessLevels.find((level) => level === token.level) ?? 'read',
    scope: scopeOfToken(token),
    isStored: true,
    isOver: token.revoked_at !== null ? 'revoked' : isExpired ? 'expired' : null,
  };
}

/**
 * Finds out who asks. Without a token that is the person at this machine, and only while there is no token at all: neither
 * a configured one nor any that was ever stored, be it valid still or not.
 */
export class Identities {
  readonly #adminHash: Buffer | null;
  readonly #tokens: KnownTokens;
  readonly #clock: Clock;

  constructor(adminToken: string | null, tokens: KnownTokens, clock: Clock) {
    this.#adminHash = adminToken === null ? null : Buffer.from(hashSecret(adminToken));
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** Whether requests without a token are let in. Throws `STORE_*`. */
  async isOpen(): Promise<boolean> {
    return this.#adminHash === null && (await this.#tokens.current()).size === 0;
  }

  /** Throws `QUERY_TOKEN_REQUIRED` for nobody known, and `STORE_*` where it cannot be told. */
  async find(secret: string | null): Promise<Identity> {
    if (secret === null) {
      if (await this.isOpen()) return local;
      throw tokenRequired('This needs Authorization: Bearer and a valid token.');
    }
    const hash = hashSecret(secret);
    if (this.#adminHash !== null && timingSafeEqual(Buffer.from(hash), this.#adminHash)) return admin;
    const token = (await this.#tokens.current()).get(hash);
    if (token !== undefined) return identityOf(token, this.#clock.now());
    throw tokenRequired('The token is not valid here.');
  }

  /** The same as it is by now, for answers that last: revoked or expired meanwhile, perhaps. Throws `STORE_*`. */
  async renew(identity: Identity): Promise<Identity> {
    if (identity.id === admin.id) return identity;
    if (identity.id === local.id) return { ...identity, isOver: (await this.isOpen()) ? null : 'revoked' };
    const tokens = await this.#tokens.current();
    const token = [...tokens.values()].find(({ token_id }) => token_id === identity.id);
    return token === undefined ? { ...identity, isOver: 'revoked' } : identityOf(token, this.#clock.now());
  }
}
