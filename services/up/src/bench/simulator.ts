import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Simulator, startSimulator } from '@custody/permit-simulator';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { duration, rate } from './figures.ts';
import { medians, quantile, timed, verify } from './measure.ts';
import { ownMemory } from './memory.ts';

const anchorMs = Date.parse('2026-03-11T14:00:00Z');
const decisionsPerSecond = 2_000;
const rowsPerPage = 100;
/** A poller that keeps up reads so many pages of each second. */
const pagesPerSecond = decisionsPerSecond / rowsPerPage;
/** The tail that a live poll reads: no entry arrives later. */
const tailSeconds = 12;

interface Reader {
  readonly pages: number[];
  readonly counts: number[];
  /** Of the last page, so that the baseline serves as many bytes. */
  body: string;
}

async function ask(url: string, apiKey: string): Promise<string> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  const body = await response.text();
  verify(response.status === 200, `${url} answered ${response.status}.`);
  return body;
}

/** Polls the live tail: a count, the pages of a second, and the count again, for each second that passes. */
async function poll(api: Simulator, seconds: number, goOn: () => number): Promise<Reader> {
  const { environmentId, projectId } = api.world.scope;
  const logs = `${api.url}/v2/pdps/${projectId}/${environmentId}/audit_logs?query=check&sort_by=timestamp`;
  const reader: Reader = { pages: [], counts: [], body: '' };
  for (let second = 0; second < seconds; second += 1) {
    const to = Math.floor(goOn() / 1_000);
    const range = `&timestamp_from=${to - tailSeconds}&timestamp_to=${to}`;
    const count = () => timed(() => ask(`${logs}${range}&per_page=1`, api.apiKey));
    reader.counts.push(await count());
    for (let page = 1; page <= pagesPerSecond; page += 1) {
      const url = `${logs}${range}&per_page=${rowsPerPage}&page=${page}`;
      reader.pages.push(
        await timed(async () => {
          reader.body = await ask(url, api.apiKey);
        }),
      );
    }
    reader.counts.push(await count());
  }
  verify((JSON.parse(reader.body) as { data: unknown[] }).data.length === rowsPerPage, 'A page was not full.');
  return reader;
}

/** The same bytes from a server that does nothing else: what HTTP, client and this machine cost. */
async function pollBytes(body: string, pages: number): Promise<number[]> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const elapsed: number[] = [];
    for (let page = 0; page < pages; page += 1) elapsed.push(await timed(() => ask(url, '')));
    return elapsed;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function run(options: BenchOptions): Promise<Figures> {
  const seconds = Math.ceil(options.rows / decisionsPerSecond);
  const pages = seconds * pagesPerSecond;
  let nowMs = anchorMs + 60_000;
  const goOn = () => {
    nowMs += 1_000;
    return nowMs;
  };
  const api = await startSimulator({
    seed: options.seed,
    anchorMs,
    now: () => nowMs,
    livePerSecond: decisionsPerSecond,
    historyDecisions: 0,
    requestsPerMinute: Number.POSITIVE_INFINITY,
  });
  try {
    const what = `${pages} pages at ${decisionsPerSecond} decisions/s`;
    const ms = await medians(options, { what, warmUp: true }, async () => {
      const reader = await poll(api, seconds, goOn);
      const bare = await pollBytes(reader.body, pages);
      return {
        ...{ pages: sum(reader.pages), pageP95: quantile(reader.pages, 0.95), countP95: quantile(reader.counts, 0.95) },
        ...{ bare: sum(bare), bareP95: quantile(bare, 0.95) },
      };
    });
    const barePages = rate(pages, ms.bare, 'pages');
    const bareP95 = duration(ms.bareP95);
    return {
      live_pages: rate(pages, ms.pages, 'pages', { bare_http_pages: barePages }),
      live_page_p95: duration(ms.pageP95, { bare_http_page_p95: bareP95 }),
      live_count_p95: duration(ms.countP95),
      bare_http_pages: barePages,
      bare_http_page_p95: bareP95,
      ...ownMemory(),
    };
  } finally {
    await api.stop();
  }
}

export const simulator: Bench = {
  name: 'simulator',
  description:
    'pages and counts of the live tail at 2,000 decisions/s; baseline: the same bytes from a bare HTTP server',
  defaults: { rows: 40_000, runs: 3 },
  run,
};
