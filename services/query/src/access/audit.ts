import { randomUUID } from 'node:crypto';
import { type Clock, Counter, Gauge, type Logger, type Registry, redactText } from '@custody/runtime';
import { type ApiRequest, type StoreClient, writeApiRequests, writeTokenUses } from '@custody/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whenOver } from '../http/when-over.ts';
import type { Caller } from './caller.ts';

/** How long a request waits to be written along with others. */
const waitMs = 2_000;
const usualWaiting = 20_000;
const mostAtOnce = 5_000;
const mostCharacters = 4_000;
const timeoutMs = 10_000;

declare module 'fastify' {
  interface FastifyReply {
    /** Code of the problem that is answered, for the audit; `''` for none. */
    problemCode?: string;
  }
}

/**
 * Path and query as JSON. A parameter that the operation does not have may be anything, a secret in the wrong place even:
 * its name is kept and its value is not.
 */
function parametersOf({ params, query, routeOptions }: FastifyRequest): string {
  const known = new Set(routeOptions.config.knownParameters ?? []);
  const asked = Object.entries((query ?? {}) as Record<string, unknown>);
  const kept = asked.map(([name, value]) => [name, known.has(name) ? value : '[not kept]']);
  const all = { ...(params as Record<string, unknown>), ...Object.fromEntries(kept) };
  return redactText(JSON.stringify(all)).slice(0, mostCharacters);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export interface AuditParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Requests that wait to be written, at most. Default 20,000: about half a kilobyte each. */
  readonly mostWaiting?: number;
}

/**
 * Keeps account of who asked what. Requests are written to the store some at a time, behind their answers; while it does
 * not take them they wait, up to a bound, beyond which they are lost and counted.
 */
export class Audit {
  readonly #parts: AuditParts;
  readonly #lost: Counter;
  readonly #stopping = new AbortController();
  #waiting: ApiRequest[] = [];
  #uses = new Map<string, number>();
  #writing: Promise<void> | null = null;
  #hasFailed = false;

  constructor(parts: AuditParts) {
    this.#parts = parts;
    const registers = [parts.metrics];
    this.#lost = new Counter({
      name: 'custody_api_audit_lost_total',
      help: 'Requests that the audit lacks, because too many waited to be written',
      registers,
    });
    const collect = (gauge: Gauge) => gauge.set(this.#waiting.length);
    new Gauge({
      name: 'custody_api_audit_waiting',
      help: 'Requests that wait to be written to the audit',
      registers,
      collect() {
        collect(this);
      },
    });
  }

  /** Has a request written once it is answered, or its caller is gone. */
  follow(caller: Caller, request: FastifyRequest, reply: FastifyReply): void {
    const atMs = this.#parts.clock.now();
    whenOver(reply, (isWhole) => {
      const { cost } = caller;
      this.#add(caller, atMs, {
        at: new Date(atMs).toISOString(),
        request_id: request.id || randomUUID(),
        token_id: caller.id,
        token_name: caller.name,
        method: request.method,
        route: request.routeOptions.url ?? '',
        parameters: parametersOf(request),
        status: isWhole ? reply.statusCode : 499,
        code: reply.problemCode ?? '',
        statements: cost.statements,
        rows_read: cost.rowsRead,
        bytes_read: cost.bytesRead,
        store_ms: rounded(cost.storeMs),
        elapsed_ms: rounded(reply.elapsedTime),
      });
    });
  }

  #add(caller: Caller, atMs: number, request: ApiRequest): void {
    const { mostWaiting = usualWaiting } = this.#parts;
    if (this.#waiting.length >= mostWaiting) this.#lost.inc();
    else this.#waiting.push(request);
    if (request.status !== 401 && caller.isStored) this.#uses.set(caller.id, atMs);
    this.#schedule();
  }

  #schedule(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
      // What came while the last ones were written.
      if (this.#waiting.length > 0 && !this.#stopping.signal.aborted) this.#schedule();
    });
  }

  async #writeAll(): Promise<void> {
    await this.#parts.clock.sleep(waitMs, this.#stopping.signal);
    await this.#flush();
  }

  /** Writes what waits now. Never throws: what the store does not take waits on. */
  async #flush(): Promise<void> {
    const requests = this.#waiting.slice(0, mostAtOnce);
    const uses = this.#uses;
    this.#uses = new Map();
    try {
      await writeApiRequests(this.#parts.store, requests, { timeoutMs });
      // Only the oldest can have gone meanwhile, and they are these.
      this.#waiting = this.#waiting.slice(requests.length);
      await writeTokenUses(this.#parts.store, uses, { timeoutMs });
      if (this.#hasFailed) this.#parts.logger.info('the audit is written again');
      this.#hasFailed = false;
    } catch (error) {
      this.#uses = new Map([...uses, ...this.#uses]);
      if (!this.#hasFailed) this.#parts.logger.warn({ err: error }, 'the audit is not written; requests wait for it');
      this.#hasFailed = true;
    }
  }

  /** Writes what waits, as far as the store takes it, and ends. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
    if (this.#waiting.length > 0) await this.#flush();
    while (this.#waiting.length > 0 && !this.#hasFailed) await this.#flush();
  }
}
