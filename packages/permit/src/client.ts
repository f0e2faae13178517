import type { Facet, TimeRange } from '@custody/decision';
import { type Clock, isError, type Logger } from '@custody/runtime';
import { type DecisionDetail, type DetailOptions, readDecision } from './decision-detail.ts';
import {
  countDecisions,
  type DecisionCount,
  type DecisionPage,
  type DecisionRequest,
  listDecisions,
} from './decision-log.ts';
import { type Environment, type LocatedEnvironment, locateEnvironment } from './environment.ts';
import { permitErrors } from './errors.ts';
import { type FactSource, listCeilings, listConsents, listIdentities, listToolLevels } from './fact-listings.ts';
import type { ListedCeiling, ListedConsent, ListedIdentity } from './facts.ts';
import type { Priority, RateBudget } from './rate-budget.ts';
import { createSdk, type SdkCall } from './sdk.ts';
import type { ListedToolLevel } from './tool-level.ts';
import { createTransport, type Transport } from './transport.ts';

export interface PermitClientOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Id or key of the project and environment; needed only where the API key sees several. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch?: typeof globalThis.fetch;
  /** Of one request. Default 30 s. */
  readonly timeoutMs?: number;
}

export interface FactOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default `background`. */
  readonly priority?: Priority;
}

/** Reads one Permit environment. Every call throws `permitErrors`, and none is tried again beyond a throttled fact page. */
export interface PermitClient {
  /** Found once and remembered; a failure is not remembered. */
  resolveEnvironment(signal?: AbortSignal): Promise<Environment>;
  /** One page of the decisions in `[from − 1 s, to + 1 s]`, each verbatim. */
  listDecisions(request: DecisionRequest, signal?: AbortSignal): Promise<DecisionPage>;
  /** The detailed entry of a decision; that Permit has deleted it is an outcome, no error. */
  readDecision(id: string, options?: DetailOptions, signal?: AbortSignal): Promise<DecisionDetail>;
  /** The count of the same request. */
  countDecisions(range: TimeRange, facet?: Facet, options?: FactOptions): Promise<DecisionCount>;
  /** The complete listings of the present facts, or an error: never a part of one. */
  listConsents(options?: FactOptions): Promise<ListedConsent[]>;
  listCeilings(options?: FactOptions): Promise<ListedCeiling[]>;
  listToolLevels(options?: FactOptions): Promise<ListedToolLevel[]>;
  listIdentities(options?: FactOptions): Promise<ListedIdentity[]>;
}

/** A page of a long listing is asked for again this often; the budget has it wait as long as Permit wants. */
const throttledTries = 4;

function patient(transport: Transport): Transport {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await transport(request);
      } catch (error) {
        if (attempt === throttledTries || !isError(error, permitErrors.PERMIT_THROTTLED)) throw error;
      }
    }
  };
}

export function createPermitClient(options: PermitClientOptions): PermitClient {
  const { project, environment, logger } = options;
  const transport = createTransport(options);
  const choice = { project, environment };
  let located: Promise<LocatedEnvironment> | null = null;
  const pages = patient(transport);
  let source: FactSource | null = null;

  async function locate(signal?: AbortSignal): Promise<LocatedEnvironment> {
    located ??= locateEnvironment(transport, choice, signal).then(
      (env) => {
        logger.info(
          { project: env.projectKey, environment: env.envKey, envId: env.envId },
          'Permit environment resolved',
        );
        return env;
      },
      (error: unknown) => {
        located = null;
        throw error;
      },
    );
    try {
      return await located;
    } catch (error) {
      // Whoever asked first has given up; that is no answer for the others who waited along.
      if (isError(error, permitErrors.PERMIT_CANCELLED) && !signal?.aborted) return locate(signal);
      throw error;
    }
  }

  async function factSource(signal?: AbortSignal): Promise<FactSource> {
    const env = await locate(signal);
    source ??= { transport: pages, sdk: createSdk(pages, env), env };
    return source;
  }

  function facts<T>(list: (source: FactSource, call: SdkCall) => Promise<T[]>) {
    return async ({ signal, priority = 'background' }: FactOptions = {}) =>
      list(await factSource(signal), { priority, signal });
  }

  return {
    async resolveEnvironment(signal) {
      const { projectRef: _, envRef: __, ...env } = await locate(signal);
      return env;
    },
    listDecisions: async (request, signal) => listDecisions(transport, await locate(signal), request, signal),
    async readDecision(id, { priority = 'evidence' } = {}, signal) {
      return readDecision(transport, await locate(signal), { id, priority }, signal);
    },
    async countDecisions(range, facet, { signal, priority = 'fresh' } = {}) {
      return countDecisions(transport, await locate(signal), { range, facet, priority }, signal);
    },
    listConsents: facts(listConsents),
    listCeilings: facts(listCeilings),
    listToolLevels: facts(listToolLevels),
    listIdentities: facts(listIdentities),
  };
}
