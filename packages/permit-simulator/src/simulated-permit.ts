import { setTimeout as delay } from 'node:timers/promises';
import { plainBurst } from './burst.ts';
import { EntryList, type GivenEntry } from './entry-list.ts';
import type { Faults } from './faults/faults.ts';
import { FactTable, type GivenFacts } from './given-facts.ts';
import { inProcessFetch } from './in-process-fetch.ts';
import type { Oracle } from './oracle.ts';
import { createScope, type Scope } from './scope.ts';
import { type ApiSettings, createApi } from './simulator.ts';

export interface SimulatedPermitOptions extends ApiSettings {
  /** Of every draw. Default 1. */
  readonly seed?: number;
  readonly entries?: Iterable<GivenEntry>;
  /** Default: none. */
  readonly facts?: GivenFacts;
  /** Default Infinity: no limit. */
  readonly requestsPerMinute?: number;
}

/** A Permit API inside the process: the same routes, faults and variants, without sockets and without a world. */
export interface SimulatedPermit {
  /** Any host will do; `url` is one. */
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly apiKey: string;
  readonly scope: Scope;
  /** What is in the log; entries can be added and deleted while it is read. */
  readonly entries: EntryList;
  readonly facts: FactTable;
  readonly faults: Faults;
  /** Remembers what was served. */
  readonly oracle: Oracle;
}

/** Throws a SimulatorError for entries, facts or faults that are none. */
export function createSimulatedPermit(options: SimulatedPermitOptions = {}): SimulatedPermit {
  const { requestsPerMinute = Number.POSITIVE_INFINITY, seed = 1 } = options;
  const { sleep = (durationMs, signal) => delay(durationMs, undefined, { signal }) } = options;
  const scope = createScope(seed);
  const entries = new EntryList(options.entries);
  const facts = new FactTable(options.facts);
  const { api, ...rest } = createApi(
    { ...options, requestsPerMinute, remembersServed: true },
    {
      seed,
      scope,
      entries,
      facts,
      incidents: () => [],
      onBurst: (burst) => entries.addAll(plainBurst(seed, scope, burst)),
    },
  );
  return { fetch: inProcessFetch(api, sleep), url: 'http://permit.simulator', scope, entries, facts, ...rest };
}
