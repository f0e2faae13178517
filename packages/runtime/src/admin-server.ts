import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CustodyError, errorKinds } from './errors.ts';
import type { MetricsText } from './metrics.ts';

// Not by `import`, which reads every export of `node:http`: that loads all of `fetch`, 30 ms of each process that needs none.
const { createServer } = process.getBuiltinModule('node:http');

export const adminErrors = errorKinds({
  PORT_IN_USE: {
    retriable: false,
    meaning: 'The port that a server should listen on is taken by another process.',
    remedy: 'Stop the other process, or set the variable that the message names to a free port.',
  },
  ADDRESS_UNUSABLE: {
    retriable: false,
    meaning: 'The address that a server should listen on does not exist here or may not be used.',
    remedy: 'Choose an address of this machine and a port above 1023.',
  },
});

/** The error of a `listen` that failed, naming the variable that chooses the port. */
export function listenError(error: unknown, address: string, variable: string): CustodyError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const remedy = `Stop the process that uses it, or choose another port with ${variable}.`;
    return new CustodyError(adminErrors.PORT_IN_USE, `${address} is already in use.`, { cause: error, remedy });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new CustodyError(adminErrors.ADDRESS_UNUSABLE, `Cannot listen on ${address}: ${detail}`, { cause: error });
}

/**
 * A dependency that must answer before a service takes work; it throws when it does not. A text is shown in place of
 * "ok": something is amiss that keeps the service from nothing. Whatever else it returns, or a promise of it, means "ok".
 */
export type ReadinessCheck = () => unknown;

export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: MetricsText;
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
}

export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Runs every check; names those that failed with their message, and those that are ready with what they say. */
export async function readiness(
  checks: Readonly<Record<string, ReadinessCheck>>,
): Promise<{ readonly ready: boolean; readonly checks: Record<string, string> }> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        const said = await check();
        return { name, isReady: true, text: typeof said === 'string' ? said : 'ok' };
      } catch (error) {
        return { name, isReady: false, text: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  const texts = results.map(({ name, text }) => [name, text] as const);
  return { ready: results.every(({ isReady }) => isReady), checks: Object.fromEntries(texts) };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

/** `/livez`, `/readyz` and `/metrics` for a service without an API of its own. Rejects with `PORT_IN_USE`. */
export async function startAdminServer({ host, port, metrics, checks }: AdminServerOptions): Promise<AdminServer> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/livez') return answer(response, 200, 'text/plain; charset=utf-8', 'ok\n');
    if (path === '/metrics') return answer(response, 200, metrics.contentType, await metrics.metrics());
    if (path === '/readyz') {
      const state = await readiness(checks);
      return answer(response, state.ready ? 200 : 503, 'application/json', `${JSON.stringify(state)}\n`);
    }
    return answer(response, 404, 'text/plain; charset=utf-8', 'not found: try /livez, /readyz or /metrics\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, `${host}:${port}`, 'CUSTODY_ADMIN_PORT')));
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
