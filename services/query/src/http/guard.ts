import { createHash, timingSafeEqual } from 'node:crypto';
import { CustodyError } from '@custody/runtime';
import type { FastifyRequest } from 'fastify';
import { queryErrors } from '../errors.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether a host name or address is this machine's own. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

function hostOf(authority: string): string {
  return authority.replace(/:\d{1,5}$/, '');
}

function hostOfOrigin(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}

/**
 * Refuses requests that a page of another site could make through a visitor's browser: while no token is asked for, only
 * this machine's own names will do. Throws `QUERY_FOREIGN_HOST`.
 */
export function requireLoopbackName({ headers }: FastifyRequest): void {
  const isForeignOrigin = headers.origin !== undefined && !isLoopback(hostOfOrigin(headers.origin));
  if (isLoopback(hostOf(headers.host ?? '')) && !isForeignOrigin) return;
  throw new CustodyError(queryErrors.QUERY_FOREIGN_HOST, 'This service answers to names of this machine only.');
}

/** Refuses requests without the token; takes as long for a wrong one as for the right one. Throws `QUERY_TOKEN_REQUIRED`. */
export function tokenGuard(token: string): (request: FastifyRequest) => void {
  const expected = digest(token);
  return ({ headers }) => {
    const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (timingSafeEqual(digest(given), expected)) return;
    throw new CustodyError(queryErrors.QUERY_TOKEN_REQUIRED, 'This needs Authorization: Bearer and a valid token.');
  };
}
