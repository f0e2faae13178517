import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@custody/query';
import { createLogger, createMetrics, systemClock } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { runReportCommand } from '../src/commands/report.ts';

/** A store with nothing in it, as far as a report asks. */
const empty: StoreClient = {
  select: async () => [],
  command: async () => undefined,
  insert: async () => undefined,
  insertBlock: async () => undefined,
  ping: async () => undefined,
  close: async () => undefined,
};
const directory = mkdtempSync(join(tmpdir(), 'custody-report-'));
const out = join(directory, 'report.zip');
let url: string;
let app: Awaited<ReturnType<typeof createApp>>;

beforeAll(async () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const limits = { maxSeconds: 5, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 1_000_000 };
  app = await createApp({
    store: empty,
    clock: systemClock,
    logger,
    limits,
    token: null,
    metrics: createMetrics('query'),
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  app.server.closeAllConnections();
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

async function report(base: string, json = false): Promise<{ said: string; code: number }> {
  vi.restoreAllMocks();
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const parameters = new URLSearchParams({ from: '2026-01-01', to: '2026-01-02', tz: 'Europe/Berlin' });
  const code = await runReportCommand({ CUSTODY_URL: base }, { out, json, parameters });
  return { said: written.mock.calls.join(''), code };
}

async function serving(bytes: Buffer, isWhole: boolean): Promise<{ server: Server; base: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/zip' });
    response.write(bytes, () => (isWhole ? response.end() : response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a report is checked, put in its place and told; nothing else is left', async () => {
  const { said, code } = await report(url);
  expect(code).toBe(0);
  expect(readdirSync(directory)).toEqual(['report.zip']);
  expect(said).toMatch(/decisions {2}0: 0 allowed, 0 denied/);
  expect(said).toContain('proof      NOT PROVEN in full: history begins inside the period');
  expect(said).toContain('2026-01-01 00:00:00 to 2026-01-02 00:00:00 (Europe/Berlin)');
  const told = JSON.parse((await report(url, true)).said);
  expect(told).toMatchObject({ file: out, kind: 'custody.compliance-report', counts: { decisions: 0 } });
  // Into a directory: under the name that the answer proposes.
  const parameters = new URLSearchParams({ from: '2026-01-01', to: '2026-01-02' });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runReportCommand({ CUSTODY_URL: url }, { out: directory, parameters });
  expect(readdirSync(directory).toSorted()).toEqual(['custody-report-20260101T0000Z-20260102T0000Z.zip', 'report.zip']);
});

test('one that broke off, or is not what its manifest says, replaces nothing', async () => {
  await report(url);
  const before = readFileSync(out);
  const page = Buffer.from(before);
  // A bit of a file that is stored as it is: the archive can be read all the same.
  const parquet = page.indexOf('PAR1');
  page[parquet] = (page[parquet] ?? 0) ^ 1;
  const cases = [
    [before.subarray(0, 2_000), false],
    [before.subarray(0, 2_000), true],
    [page, true],
  ] as const;
  writeFileSync(out, 'the one before');
  for (const [bytes, isWhole] of cases) {
    const { server, base } = await serving(bytes, isWhole);
    await expect(report(base)).rejects.toMatchObject({ code: 'REPORT_BROKEN' });
    server.closeAllConnections();
    server.close();
  }
  expect(readFileSync(out, 'utf8')).toBe('the one before');
  expect(readdirSync(directory).filter((name) => name.includes('.part'))).toEqual([]);
  const missing = { out: join(directory, 'nowhere', 'x.zip'), parameters: new URLSearchParams() };
  await expect(runReportCommand({ CUSTODY_URL: url }, missing)).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
  await expect(
    runReportCommand({ CUSTODY_URL: url }, { parameters: new URLSearchParams({ from: 'x' }) }),
  ).rejects.toMatchObject({ code: 'QUESTION_REFUSED' });
});
