import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser asks for a page at an address that no route has: the page itself knows what it shows there. An unknown
 * address of the API stays unknown, and programs, which do not ask for HTML, get a problem document.
 */
export function isForPage({ is404, method, url, headers }: FastifyRequest): boolean {
  if (!is404 || (method !== 'GET' && method !== 'HEAD')) return false;
  const wantsHtml = (headers.accept ?? '').includes('text/html');
  return wantsHtml && !/^\/(v1|assets)(\/|\?|$)/.test(url);
}
