import type { AddressInfo } from 'node:net';
import { createApi } from './api/app.ts';
import type { Backend } from './api/backend.ts';
import { type EntriesOptions, EntryFile } from './entry-file.ts';
import { incidentReport } from './incident-report.ts';
import { defaultApiKey } from './scope.ts';
import { defaultVariants, type Variants } from './variants.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface ServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. A port in use rejects with Node's own EADDRINUSE. */
  readonly port?: number;
  /** Default: a function of the seed. */
  readonly apiKey?: string;
  /** Unix ms; default the wall clock. */
  readonly now?: () => number;
  /** Default 1,000 as documented; Infinity for no limit. */
  readonly requestsPerMinute?: number;
  readonly keyScope?: 'organization' | 'project' | 'environment';
  readonly variants?: Partial<Variants>;
}

/** A running API. */
export interface RunningApi {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  /** Ends connections and frees the port. */
  stop(): Promise<void>;
}

export interface Simulator extends RunningApi {
  readonly world: World;
}

export type SimulatorOptions = ServerOptions & Omit<WorldOptions, 'anchorMs'> & { readonly anchorMs?: number };

/** Starts a Permit API over the simulated world. Without `anchorMs` the world begins to live now. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const world = createWorld({ ...options, anchorMs: options.anchorMs ?? now() });
  const running = await serve(options, world.seed, {
    scope: world.scope,
    entries: world.entries,
    facts: world.facts,
    incidents: (nowMs) => incidentReport(world, nowMs),
  });
  return { ...running, world };
}

/** Starts the same API over given entries and facts. Everything is visible from the start. */
export async function serveEntries(options: ServerOptions & EntriesOptions): Promise<RunningApi> {
  const file = await EntryFile.open(options);
  return serve(options, 0, { scope: file.scope, entries: file, facts: file.facts, incidents: () => [] });
}

async function serve(
  options: ServerOptions,
  seed: number,
  source: Pick<Backend, 'scope' | 'entries' | 'facts' | 'incidents'>,
): Promise<RunningApi> {
  const { apiKey = defaultApiKey(seed), host = '127.0.0.1', keyScope = 'environment', port = 0 } = options;
  const { now = Date.now, requestsPerMinute = 1000 } = options;
  const backend = { ...source, now, keyScope, variants: { ...defaultVariants, ...options.variants } };
  const app = createApi(backend, { apiKey, requestsPerMinute });
  await app.listen({ host, port });
  const bound = (app.server.address() as AddressInfo).port;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${bound}`, port: bound, apiKey, stop: () => app.close() };
}
