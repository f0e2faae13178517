import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An element of the audit log's listing: its bytes, and the second under which the source files it. */
export interface ListedElement {
  readonly filedMs: number;
  readonly text: string;
}

export interface ListedPermit {
  readonly url: string;
  readonly apiKey: string;
  stop(): Promise<void>;
}

const ids = {
  organization_id: 'aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa',
  project_id: 'bbbbbbbbbbbb4bbbbbbbbbbbbbbbbbbb',
  environment_id: 'cccccccccccc4ccccccccccccccccccc',
};

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/**
 * A Permit API that lists exactly what it is given, whatever that is, newest first, and has no facts. It refuses what
 * `isRefused` says of a range in seconds. Knows nothing of the packages that are judged by it.
 */
export async function startListedPermit(
  elements: readonly ListedElement[],
  isRefused: (fromSeconds: number, toSeconds: number) => boolean = () => false,
): Promise<ListedPermit> {
  const newestFirst = elements.toSorted((a, b) => b.filedMs - a.filedMs);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/v2/api-key/scope') return answer(response, 200, JSON.stringify(ids));
    if (pathname.startsWith('/v2/projects')) return answer(response, 403, '{}');
    if (!pathname.endsWith('/audit_logs')) return answer(response, 200, '{"data":[],"total_count":0,"page_count":0}');
    const [from = 0, to = 0, page = 1, perPage = 30] = ['timestamp_from', 'timestamp_to', 'page', 'per_page'].map(
      (name) => Number(searchParams.get(name)),
    );
    if (isRefused(from, to)) return answer(response, 422, '{"detail":[]}');
    const matching = newestFirst.filter(({ filedMs }) => filedMs >= from * 1000 && filedMs <= to * 1000);
    const texts = matching.slice((page - 1) * perPage, page * perPage).map(({ text }) => text);
    return answer(response, 200, `{"data":[${texts.join(',')}],"total_count":${matching.length}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'permit_key_of_the_listed_source',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
