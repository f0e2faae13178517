import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EngineException } from '../engine/exception.ts';
import type { EmbeddedUser } from '../process-messages.ts';

interface Credentials {
  readonly user: string;
  readonly password: string;
}

function basic(header: string): Credentials | undefined {
  const [scheme, encoded = ''] = header.split(' ');
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Headers of ClickHouse first, then Basic, then the URL; they are never mixed. */
function credentials(request: IncomingMessage, url: URL): Credentials {
  const user = single(request.headers['x-clickhouse-user']);
  const key = single(request.headers['x-clickhouse-key']);
  if (user !== undefined || key !== undefined) return { user: user ?? 'default', password: key ?? '' };
  const { authorization } = request.headers;
  if (authorization) return basic(authorization) ?? { user: '', password: '' };
  return { user: url.searchParams.get('user') ?? 'default', password: url.searchParams.get('password') ?? '' };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Who asks. Compares in constant time, also for a user that does not exist. Throws code 516. */
export function authenticate(request: IncomingMessage, url: URL, users: readonly EmbeddedUser[]): EmbeddedUser {
  const given = credentials(request, url);
  const known = users.find((user) => user.name === given.user);
  const equal = timingSafeEqual(digest(given.password), digest(known?.password ?? ''));
  if (known && equal && known.password !== '') return known;
  throw new EngineException(
    516,
    'AUTHENTICATION_FAILED',
    `${given.user.slice(0, 100)}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );
}
