import { type CustodyClient, createCustodyClient, type Problem } from '@custody/client';
import { refuse, session } from './session.ts';

/** Asks with the token of the session; an answer that asks for another one ends it. */
export async function fetchWithToken(request: Request): Promise<Response> {
  const { token } = session.value;
  const asked = new Request(request);
  if (token !== null) asked.headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(asked);
  if (response.status === 401) {
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    refuse(token, isProblem(body) ? body.detail : 'The token is not valid any more.');
  }
  return response;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

/** The API that this page came from. */
export const api: CustodyClient = createCustodyClient({
  url: location.origin,
  fetch: (input, init) => fetchWithToken(new Request(input, init)),
});
