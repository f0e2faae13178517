import type { FastifyInstance } from 'fastify';
import type { PageFiles } from './page-files.ts';

/** Not part of the API's own document. */
const hidden = { schema: { hide: true } };

/**
 * The dashboard's files: each at its path, and `index.html` at `/`. Addresses that only the page knows are answered with
 * `index.html` where no route is found (`page-request.ts`).
 */
export function addPages(app: FastifyInstance, pages: PageFiles): void {
  for (const path of pages.paths.filter((path) => !path.startsWith('/assets/'))) {
    const url = path === '/index.html' ? '/' : path;
    app.get(url, hidden, (request, reply) => pages.send(path, request, reply));
  }
  const assets = new Set(pages.paths.filter((path) => path.startsWith('/assets/')));
  app.get<{ Params: { file: string } }>('/assets/:file', hidden, (request, reply) => {
    const path = `/assets/${request.params.file}`;
    return assets.has(path) ? pages.send(path, request, reply) : reply.callNotFound();
  });
}
