import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request gets instead of, or on top of, the answer. */
export type Fault = 'none' | 'throttled' | 'server-fault' | 'cut-off' | 'reset' | 'forbidden' | 'not-found' | 'invalid';

export interface FaultyProxy {
  readonly url: string;
  stop(): Promise<void>;
}

const statuses = { throttled: 429, 'server-fault': 503, forbidden: 403, 'not-found': 404, invalid: 422 } as const;

/** Stands in front of a Permit API and spoils the requests that the function picks. */
export async function startFaultyProxy(target: string, faultOf: (path: string) => Fault): Promise<FaultyProxy> {
  const server = createServer(async (request, response) => {
    const fault = faultOf(request.url ?? '');
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault !== 'none' && fault !== 'cut-off') {
      response.writeHead(statuses[fault], { 'content-type': 'application/json', 'retry-after': '0' }).end('{}');
      return;
    }
    const answer = await fetch(target + request.url, {
      headers: { authorization: request.headers.authorization ?? '' },
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const date = answer.headers.get('date') ?? '';
    response.writeHead(answer.status, { 'content-type': 'application/json', date });
    response.end(fault === 'cut-off' ? body.subarray(0, Math.floor(body.length / 2)) : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
