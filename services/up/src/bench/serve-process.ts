import { z } from 'zod';
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

/** The API as `custody serve` runs it, in a process of its own over a store. Throws `BENCH_FAILED` where it does not start. */
export async function startServing({ url: storeUrl, user, password }: TemporaryStore): Promise<ServedApi> {
  const found = Promise.withResolvers<string>();
  const lines: string[] = [];
  const variables = {
    PATH: process.env.PATH,
    ...{ CLICKHOUSE_URL: storeUrl, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password },
    ...{ CUSTODY_HTTP_HOST: '127.0.0.1', CUSTODY_HTTP_PORT: '0' },
    ...noLimits,
  };
  const service = new ServiceProcess({ command: 'serve', label: 'serve', variables }, (line) => {
    lines.push(line);
    const url = urlOf(line);
    if (url !== null) found.resolve(url);
  });
  const url = await Promise.race([found.promise, service.exited.then(() => null)]);
  const { pid } = service;
  verify(url !== null && pid !== undefined, `The API did not start: ${lines.join(' ').slice(-500)}`);
  return { url, pid, [Symbol.asyncDispose]: () => service.stop() };
}
