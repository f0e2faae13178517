import { setTimeout as delay } from 'node:timers/promises';
import type { Backend } from './api/backend.ts';
import { type NoticedRequest, PermitApi } from './api/permit-api.ts';
import { plainBurst } from './burst.ts';
import { type EntriesOptions, openEntryFile } from './entry-file.ts';
import { EntryList } from './entry-list.ts';
import type { EntrySource } from './entry-source.ts';
import { Faults } from './faults/faults.ts';
import type { BurstSettings, FaultSettings } from './faults/settings.ts';
import { listen, type Sleep } from './http-server.ts';
import { incidentReport } from './incident-report.ts';
import { JoinedSource } from './joined-source.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { defaultApiKey } from './scope.ts';
import { ServedLog } from './served-log.ts';
import { defaultVariants, type Variants } from './variants.ts';
import { type BurstOptions, createWorld, type World, type WorldOptions } from './world.ts';

/** What every simulator takes, however it is reached. */
export interface ApiSettings {
  /** Default: a function of the seed. */
  readonly apiKey?: string;
  /** Unix ms; default the wall clock. */
  readonly now?: () => number;
  /** How a slow answer waits; default in real time. */
  readonly sleep?: Sleep;
  readonly keyScope?: 'organization' | 'project' | 'environment';
  readonly variants?: Partial<Variants>;
  /** The last result that a listing hands out; default 10,000 as documented. */
  readonly mostResults?: number;
  /** On from the start. Throws SIMULATOR_FAULTS_INVALID. */
  readonly faults?: FaultSettings;
  /** Called before a request under `/v2` is answered: what it changes is in the answer. */
  readonly onRequest?: (request: NoticedRequest) => void;
}

export interface ServerOptions extends ApiSettings {
  /** Default 127.0.0.1. The faults can be switched by whoever reaches it. */
  readonly host?: string;
  /** Default 0: any free port. A port in use rejects with Node's own EADDRINUSE. */
  readonly port?: number;
  /** Default 1,000 as documented; Infinity for no limit. */
  readonly requestsPerMinute?: number;
  /** Whether the oracle remembers what was served; it grows with every entry, so default false. */
  readonly remembersServed?: boolean;
}

/** A running API. */
export interface RunningApi {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly faults: Faults;
  readonly oracle: Oracle;
  /** Entries beside those of the world or the file; they can be added and deleted while it runs. */
  readonly added: EntryList;
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
  const added = new EntryList();
  const { entries, facts, scope, seed } = world;
  const incidents = (nowMs: number) => incidentReport(world, nowMs);
  const onBurst = (burst: BurstOptions) => {
    for (const entry of world.burst(burst)) added.addRecord(entry);
  };
  return { ...(await serve(options, { seed, scope, entries, facts, incidents, added, onBurst })), world };
}

/** Starts the same API over given entries and facts. Everything is visible from the start. */
export async function serveEntries(options: ServerOptions & EntriesOptions): Promise<RunningApi> {
  const { entries, facts, scope } = await openEntryFile(options);
  const added = new EntryList();
  const onBurst = (burst: BurstOptions) => added.addAll(plainBurst(0, scope, burst));
  return serve(options, { seed: 0, scope, entries, facts, incidents: () => [], added, onBurst });
}

interface ServedSource extends Pick<Backend, 'seed' | 'scope' | 'facts' | 'incidents'> {
  readonly entries: EntrySource;
  readonly added: EntryList;
  readonly onBurst: (burst: BurstOptions) => void;
}

async function serve(options: ServerOptions, source: ServedSource): Promise<RunningApi> {
  const { host = '127.0.0.1', port = 0, remembersServed = false, requestsPerMinute = 1000 } = options;
  const { sleep = (durationMs, signal) => delay(durationMs, undefined, { signal }) } = options;
  const { added } = source;
  const entries = new JoinedSource(source.entries, added);
  const parts = createApi({ ...options, requestsPerMinute, remembersServed }, { ...source, entries });
  const { api, ...rest } = parts;
  return { ...(await listen(api, host, port, sleep)), ...rest, added };
}

export interface ApiParts {
  readonly api: PermitApi;
  readonly apiKey: string;
  readonly faults: Faults;
  readonly oracle: Oracle;
}

/** The API without a door, with its switches and its truth. Throws SIMULATOR_FAULTS_INVALID. */
export function createApi(
  options: ApiSettings & Required<Pick<ServerOptions, 'requestsPerMinute' | 'remembersServed'>>,
  source: Omit<ServedSource, 'added'>,
): ApiParts {
  const { keyScope = 'environment', mostResults = 10_000, now = Date.now, onRequest, requestsPerMinute } = options;
  const { entries, onBurst, seed } = source;
  const apiKey = options.apiKey ?? defaultApiKey(seed);
  const served = options.remembersServed ? new ServedLog() : undefined;
  const burstSeconds = new Set<number>();
  const burstOnce = ({ atMs = now(), count, spread }: BurstSettings) => {
    let second = Math.floor(atMs / 1000);
    // Two bursts of one second would be the same entries twice.
    while (burstSeconds.has(second)) second += 1;
    burstSeconds.add(second);
    onBurst({ count, spread, atMs: second * 1000 });
  };
  const faults = new Faults({ seed, now, onBurst: burstOnce });
  faults.set(options.faults ?? {});
  const { arrivals } = faults;
  const variants = { ...defaultVariants, ...options.variants };
  const backend: Backend = { ...source, now, keyScope, variants, mostResults, arrivals };
  const api = new PermitApi(backend, { apiKey, requestsPerMinute, faults, served, onRequest });
  return { api, apiKey, faults, oracle: createOracle({ entries, arrivals, served, now }) };
}
