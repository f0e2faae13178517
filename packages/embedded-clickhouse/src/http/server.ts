import type { Server, ServerResponse } from 'node:http';
import type { QueryHandler } from './query-handler.ts';

// Not by `import`, which reads every export of `node:http`: that loads all of `fetch`, 30 ms of each process that needs none.
const { createServer } = process.getBuiltinModule('node:http');

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

const plainPaths: Readonly<Record<string, string>> = { '/ping': 'Ok.\n', '/replicas_status': 'Ok.\n' };
/** The server's own limit of a URL, `http_max_uri_size`: long parameters travel in it. */
const maxUrlBytes = 1_048_576;
/** Each holds a file of the process, of which the engine needs some hundred. */
const maxConnections = 512;
const methods = new Set(['GET', 'POST', 'HEAD']);

/**
 * The HTTP interface. No CORS header is ever sent, so that no page of another origin can read an answer, and every
 * query asks for a password, so that a rebound DNS name gains nothing.
 */
export function createHttpServer(handler: QueryHandler): Server {
  const server = createServer(
    { keepAliveTimeout: 30_000, requestTimeout: 0, maxHeaderSize: maxUrlBytes },
    (request, response) => {
      // Put behind an origin as text: resolved against one, `//` would name a host and throw.
      const url = URL.parse(`http://store${request.url ?? '/'}`);
      if (!url) return sendText(response, 400, 'The request target cannot be read\n');
      const { pathname } = url;
      const isQuery = pathname === '/' && (url.searchParams.has('query') || request.method === 'POST');
      if (!methods.has(request.method ?? '')) return sendText(response, 501, 'Only GET, HEAD and POST are supported\n');
      if (pathname in plainPaths && request.method !== 'POST')
        return sendText(response, 200, plainPaths[pathname] ?? '');
      if (isQuery) return handler.handle(request, response, url);
      if (pathname === '/') return sendText(response, 200, 'Ok.\n');
      sendText(response, 404, `There is no handle ${request.url}\nUse / or /ping for health checks.\n`);
    },
  );
  server.maxConnections = maxConnections;
  return server;
}
