import { hourMs, secondMs } from '@custody/decision';
import { createSimulatedPermit } from '@custody/permit-simulator';
import { agentCount, agentKey, servers, tools } from './world.ts';

export interface ComputedPermitOptions {
  /** When the first decision occurred, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly decisions: number;
  readonly perHour: number;
  readonly now: () => number;
}

/** A Permit API that is reached without sockets. */
export interface ReachablePermit {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly apiKey: string;
}

/** Of each 25 decisions two are denied: 8 %. */
const denialPeriod = 25;
const denialsPerPeriod = 2;
const scope = ['org_id', 'project_id', 'env_id'].map((name) => `"${name}":"${'1'.repeat(32)}"`).join(',');

function idOf(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

function callOf(index: number): string {
  const server = servers[index % servers.length];
  const tool = tools[index % tools.length]?.name;
  const isDenied = index % denialPeriod < denialsPerPeriod;
  return `"user_key":"${agentKey(index % agentCount)}","resource_type":"${server}","action":"${tool}","decision":${!isDenied}`;
}

/** The texts repeat after so many decisions, and are made once. */
const callPeriod = agentCount * denialPeriod;

/**
 * A Permit whose audit log is arithmetic: decision number n occurred n steps after the first, so that a page or a count
 * costs next to nothing, whatever the number of decisions, and none of them is held in memory. Everything else is
 * answered by the simulated Permit.
 */
export function createComputedPermit({ fromMs, decisions, perHour, now }: ComputedPermitOptions): ReachablePermit {
  const permit = createSimulatedPermit({ now });
  const everyMs = hourMs / perHour;
  const calls = Array.from({ length: callPeriod }, (_, index) => callOf(index));
  const entry = (index: number) => {
    const timestamp = new Date(fromMs + Math.floor(index * everyMs)).toISOString();
    return `{"id":"${idOf(index)}","timestamp":"${timestamp}","query":"check",${calls[index % callPeriod]},${scope}}`;
  };
  /** The first decision that occurred at or after a moment. */
  const firstFrom = (ms: number) => Math.min(decisions, Math.max(0, Math.ceil((ms - fromMs) / everyMs)));
  const list = (query: URLSearchParams) => {
    const number = (name: string) => Number(query.get(name));
    const first = firstFrom(number('timestamp_from') * secondMs);
    const end = firstFrom(number('timestamp_to') * secondMs + 1);
    const newest = end - 1 - (number('page') - 1) * number('per_page');
    const rows = Math.max(0, Math.min(number('per_page'), newest - first + 1));
    const data = Array.from({ length: rows }, (_, n) => entry(newest - n));
    return `{"data":[${data.join(',')}],"total_count":${end - first},"pagination_count":${end - first}}`;
  };
  return {
    ...permit,
    async fetch(input, init) {
      const { pathname, searchParams } = new URL(String(input));
      if (!pathname.endsWith('/audit_logs')) return permit.fetch(input, init);
      return new Response(list(searchParams), { headers: { date: new Date(now()).toUTCString() } });
    },
  };
}
