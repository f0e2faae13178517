import { z } from 'zod';
import { queryRuntime } from '../supervisor/query-runtime.ts';
import { ServiceProcess } from '../supervisor/service-process.ts';
import { verify } from './measure.ts';
import type { TemporaryStore } from './temporary-store.ts';

const servingLine = z.looseObject({ url: z.string() });

export interface ServedApi extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

function urlOf(line: string): string | null {
  try {
    return servingLine.parse(JSON.parse(line)).url;
  } catch {
    return null;
  }
}

/** All clients are one caller, whose allowance is not what is measured. */
const noLimits = {
  CUSTODY_LIMIT_REQUESTS_PER_MINUTE: '1000000',
  CUSTODY_LIMIT_ROWS_PER_MINUTE: '1000000000000',
  CUSTODY_LIMIT_BYTES_PER_MINUTE: '1000000000000000',
  CUSTODY_LIMIT_SECONDS_PER_MINUTE: '6000',
  CUSTODY_LIMIT_CONCURRENT_REQUESTS: '1000',
};

/** Has a process see another time: what is measured ends in a year of its own, and `-24h` is to be of that year. */
function clockAhead(aheadMs: number): string[] {
  const module = `const now = Date.now; Date.now = () => now() + ${aheadMs};`;
  return ['--import', `data:text/javascript,${encodeURIComponent(module)}`];
}

/**
 * The API as `custody up` runs it, in a process of its own over a store, with a clock that is so far ahead. Throws `BENCH_FAILED`
 * where it does not start.
 */
export async function startServing({ url: storeUrl, user, password }: TemporaryStore, aheadMs = 0): Promise<ServedApi> {
  const found = Promise.withResolvers<string>();
  const lines: string[] = [];
  const variables = {
    ...{ CLICKHOUSE_URL: storeUrl, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password },
    ...{ CUSTODY_HTTP_HOST: '127.0.0.1', CUSTODY_HTTP_PORT: '0' },
    ...noLimits,
  };
  const runtime = { ...queryRuntime, options: [...queryRuntime.options, ...clockAhead(aheadMs)] };
  const spec = { command: 'serve', label: 'serve', variables, runtime };
  const service = new ServiceProcess(spec, (line) => {
    lines.push(line);
    const url = urlOf(line);
    if (url !== null) found.resolve(url);
  });
  const url = await Promise.race([found.promise, service.exited.then(() => null)]);
  const { pid } = service;
  verify(url !== null && pid !== undefined, `The API did not start: ${lines.join(' ').slice(-500)}`);
  return { url, pid, [Symbol.asyncDispose]: () => service.stop() };
}
