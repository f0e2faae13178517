import { AsyncLocalStorage } from 'node:async_hooks';
import { type AxiosAdapter, AxiosHeaders, create } from 'axios';
import { Permit } from 'permitio';
import type { LocatedEnvironment } from './environment.ts';
import { parseBody } from './json-body.ts';
import type { Priority } from './rate-budget.ts';
import type { Transport } from './transport.ts';

export interface SdkCall {
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
}

/** Permit's SDK for one environment, sending through our transport. */
export interface Sdk {
  /** Runs calls of the SDK with this priority and signal, which the SDK itself has no parameters for. */
  run<T>(call: SdkCall, work: (permit: Permit) => Promise<T>): Promise<T>;
}

const scopePath = '/v2/api-key/scope';

/**
 * Sets up `permitio`. By itself it has no time limit, no budget and no way to cancel, logs error bodies to standard
 * output, asks for the key's scope once per concurrent first call, and wants a key of one environment. An axios adapter
 * over our transport settles all of that in one place: the scope is answered from what we resolved already, and errors
 * come out as ours, because the SDK passes on what is no axios error. The key never reaches the SDK, which prints its
 * whole configuration at debug level.
 */
export function createSdk(transport: Transport, env: LocatedEnvironment): Sdk {
  const calls = new AsyncLocalStorage<SdkCall>();
  const adapter: AxiosAdapter = async (config) => {
    const url = new URL(config.url ?? '', 'http://permit.invalid');
    const answer = (data: unknown) => ({ data, status: 200, statusText: 'OK', headers: new AxiosHeaders(), config });
    if (url.pathname === scopePath) {
      const { organizationId, projectRef, envRef } = env;
      return answer({ organization_id: organizationId, project_id: projectRef, environment_id: envRef });
    }
    const { priority, signal } = calls.getStore() ?? { priority: 'background' };
    const names = [...new Set(url.searchParams.keys())];
    const query = Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
    const { bytes } = await transport({ path: url.pathname, query, priority, signal });
    return answer(parseBody(bytes, url.pathname));
  };
  const permit = new Permit({
    token: 'held by the transport',
    apiUrl: 'http://permit.invalid',
    log: { level: 'silent' },
    axiosInstance: create({ adapter }),
  });
  return { run: (call, work) => calls.run(call, () => work(permit)) };
}
