import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs, formatTimestamp, hourMs, hourOf } from '@custody/decision';
import { createApp } from '@custody/query';
import { createLogger, createMetrics } from '@custody/runtime';
import { DecisionBlock, writeDecisions, writeWindows } from '@custody/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { openTemporaryStore, type TemporaryStore } from '../src/bench/temporary-store.ts';
import { createCommandLine } from '../src/command-line.ts';
import { rows } from './questions-world.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'alert-rules.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const directory = temporaryDirectory();
const file = join(directory.path, 'custody.rules.yaml');
const nowMs = Date.UTC(2026, 10, 3, 12, 34, 56);
const burstMs = nowMs - 5 * hourMs;

let store: TemporaryStore;
let app: Awaited<ReturnType<typeof createApp>>;
let url = '';

beforeAll(async () => {
  store = await openTemporaryStore();
  const [row] = rows;
  if (row === undefined) throw new Error('the world has no rows');
  const burst = Array.from({ length: 60 }, (_, n) => {
    const id = `cccccccc-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    const { decision: stored } = row;
    const decision = {
      ...stored.decision,
      id,
      occurredAtMs: burstMs + n * 4_000,
      verdict: 'deny' as const,
      server: 'linear',
    };
    return { ...row, decision: { ...stored, decision: { ...decision, reasonCode: 'no_permission' as const } } };
  });
  await writeDecisions(store.client, DecisionBlock.of(burst));
  const first = hourOf(nowMs - 40 * dayMs);
  const closed = { state: 'closed', proof: 'count', listed: 1, counted: 1, deleted_at_source: 0 } as const;
  await writeWindows(
    store.client,
    Array.from({ length: (hourOf(nowMs) - first) / hourMs }, (_, n) => first + n * hourMs).map((hour) => ({
      ...{ env_id: row.decision.envId, env_name: row.decision.envName, hour: formatTimestamp(hour) },
      updated_at: formatTimestamp(nowMs),
      windows: [
        { from: formatTimestamp(hour), to: formatTimestamp(hour + hourMs), ...closed, read_at: null, reason: '' },
      ],
    })),
  );
  app = await createApp({
    ...{ store: store.client, clock: { now: () => nowMs, sleep: () => Promise.resolve() }, token: null },
    ...{ logger: createLogger({ service: 'test', level: 'silent' }), metrics: createMetrics('query') },
    limits: { maxSeconds: 20, maxMemoryBytes: 1_000_000_000, maxRowsToRead: 100_000_000 },
    rulesFile: file,
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

async function run(...argv: string[]): Promise<{ out: string; exitCode: unknown }> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    await createCommandLine({ CUSTODY_URL: url, CUSTODY_RULES_FILE: file }).parseAsync(['node', 'custody', ...argv]);
    const { exitCode } = process;
    process.exitCode = undefined;
    return { out: written.join(''), exitCode };
  } finally {
    spy.mockRestore();
  }
}

async function faultOf(...argv: string[]): Promise<string> {
  try {
    await run(...argv);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

test('every example of the page is right, and the smallest has eight lines at most', async () => {
  expect(examples.length).toBeGreaterThan(1);
  expect(examples[0]?.trim().split('\n').length).toBeLessThanOrEqual(8);
  for (const example of examples) {
    writeFileSync(file, example);
    const { out, exitCode } = await run('rules', 'test');
    expect(out).toMatch(/^.*custody\.rules\.yaml: \d+ rules?, no fault\.\n/);
    expect(exitCode).toBe(0);
  }
});

test('the smallest example is judged over the past: it would have fired once', async () => {
  writeFileSync(file, examples[0] ?? '');
  const { out } = await run('rules', 'backtest', file, '--from', '-7d');
  expect(out.split('\n')[0]).toMatch(/^Would have fired once in 7 days: agent .*: \d+ denials in 10 minutes/);
  expect(out).toMatch(/linear-denials +1 +0\.143 +0\.2/);
  const { out: json } = await run('rules', 'backtest', file, '--from', '-7d', '--json');
  expect(JSON.parse(json).data).toMatchObject({ fired: 1, minutes: 7 * 1_440 });
  const { out: inForce } = await run('rules', 'backtest', '--from', '-24h');
  expect(inForce).toMatch(/unusual-denials: not judged: deny_rate_step/);
  const { out: list } = await run('rules', 'list');
  expect(list).toMatch(/linear-denials +\S*custody\.rules\.yaml:2 +yes +threshold +server: linear/);
});

test('all faults of a file are told at once with their lines, whether a Custody answers or not', async () => {
  writeFileSync(file, 'rules:\n  - name: Bad Name\n    budgt: 1\n  - name: fine\n    scope: { sever: linear }\n');
  const fault = await faultOf('rules', 'test');
  expect(fault).toContain(`${file}:2: rules[0].name: "Bad Name" will not do`);
  expect(fault).toContain(`${file}:3: rules[0].budgt: there is no key "budgt" here; right would be: budget`);
  expect(fault).toContain(`${file}:5: rules[1].scope.sever: there is no key "sever" here; right would be: server`);
  const { out } = await run('rules', 'list');
  expect(out).toContain('! ');
  writeFileSync(file, examples[0] ?? '');
  url = 'http://127.0.0.1:9';
  const { exitCode } = await run('rules', 'test');
  expect(exitCode).toBe(0);
});
