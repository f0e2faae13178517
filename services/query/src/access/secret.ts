import { createHash, randomBytes } from 'node:crypto';

const prefix = 'custody_tk_';

/**
 * A new token: a prefix by which people and scanners of leaked secrets recognise it, and 256 random bits. Nobody can guess
 * them, so that one round of SHA-256 hides them in the store as well as a slow hash would, at a thousandth of its cost a request.
 */
export function makeSecret(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** The SHA-256 of a token, 64 hexadecimal digits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** The token that a request carries; `null` for none. Only the header is looked at: addresses end up in logs. */
export function secretOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
}
