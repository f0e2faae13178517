import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseEntry } from '@custody/decision';
import { logVariables } from '@custody/log';
import { isError, systemClock } from '@custody/runtime';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { BenchOptions } from '../src/bench/bench.ts';
import { benches } from '../src/bench/catalogue.ts';
import { benchDecision, entryBytes, firstDecisions } from '../src/bench/data.ts';
import { benchErrors } from '../src/bench/errors.ts';
import { quantile } from '../src/bench/measure.ts';
import { freshness } from '../src/bench/poller-freshness.ts';
import { pollSeconds } from '../src/bench/poller-running.ts';
import { createReport } from '../src/bench/report.ts';
import { humanCount, humansOf, toolsPerServer, yearEndMs, yearStartMs } from '../src/bench/world.ts';
import { createCommandLine } from '../src/command-line.ts';

/** The contract, written down a second time: what it does not name must not be there. */
const report = z.strictObject({
  bench: z.string().min(1),
  hardware: z.string().regex(/^\d+ cores .+ GiB memory/),
  at: z.iso.datetime(),
  figures: z.record(
    z.string().regex(/^[a-z0-9_]+$/),
    z.strictObject({
      // A share, or a number of false alerts, may be none; nothing else is.
      value: z.number().nonnegative(),
      unit: z.string().min(1),
      better: z.enum(['higher', 'lower']),
      ratio_to: z.record(z.string(), z.number().nonnegative()).optional(),
    }),
  ),
});

const seed = 1;
const tiny: BenchOptions = {
  rows: 40,
  runs: 1,
  seed,
  log: logVariables.parse({}),
  signal: new AbortController().signal,
  keptIn: null,
  browser: null,
  onProgress: () => undefined,
};

/** What decides whether the poller is good enough must not get lost. */
const promised: Readonly<Record<string, readonly string[]>> = {
  poller: [
    ...['history', 'plain_paging', 'history_cpu', 'plain_paging_cpu', 'history_requests', 'history_requests_per_1000'],
    ...['sparse_history_requests_per_1000', 'quiet_requests_10_agents', 'quiet_requests_600_agents'],
    ...[50, 95, 99].flatMap((p) => [`freshness_p${p}`, `freshness_during_backfill_p${p}`]),
    ...[1, 2, 5, 10].flatMap((times) => [`heap_x${times}_decisions`, `resident_x${times}_decisions`]),
    ...['memory_x1_decisions', 'heap_growth_x10_decisions', 'resident_growth_x10_decisions'],
  ],
  seal: ['seal', 'seal_cpu', 'ingest_kept_cpu', 'ingest_short_cpu'],
  query: [
    ...['denials_by_hour_week', 'denials_by_day_year', 'top_agents', 'agent_tools_today', 'newest_denials'].flatMap(
      (name) => ['p50', 'p95', 'p99', 'read', 'rows_p50', 'rows_read'].map((what) => `${name}_${what}_40`),
    ),
    ...['denials_by_day_year_unsummed_p50_40', 'denials_by_day_year_unsummed_read_40'],
    ...['denials_by_hour_week_view_p50_40', 'slowest_p95_from_sums_40', 'slowest_p95_from_rows_40'],
    'rollup_verdicts_quarter_40',
  ],
  detect: [
    ...[
      'look_4_series',
      'look_40_series',
      'growth_x10_series',
      'quiet_week_false_alerts',
      'simulation_false_alerts_warm',
      'simulation_delay_p50',
    ],
    ...['simulation_false_alerts_cold', 'simulation_oracle_recall', 'simulation_observed_over_nominal_10e_4'],
    ...['simulation', 'simulation_loose', 'heavy', 'heavy_loose'].flatMap((of) =>
      ['', '_static', '_mean_sd', '_ears_c2', '_seasonal_mean_sd'].map((detector) => `${of}${detector}_recall_20`),
    ),
    ...['false_positive_rate', 'detection', 'ears_c2_detection'].map((what) => `weekly_50e_3_${what}`),
  ],
  watch: ['first_tick_4_series', 'next_tick_40_series', 'tick_of_a_new_hour_40_series', 'growth_x10_series'],
  storm: ['opening_tick', 'tick_of_the_storm', 'opening_statements', 'opening_rows_read', 'pages', 'deliveries'],
  dashboard: [
    ...['first_page', 'interactive', 'first_key', 'overview_answered', 'overview_drawn', 'overview_drawing', 'landed'],
    ...['still', 'overview', 'tail'].flatMap((of) => [
      `${of}_frames`,
      `${of}_frames_worst`,
      `${of}_missed`,
      `${of}_busy`,
    ]),
    ...['tail_age_p50', 'heap_few', 'heap_many', 'many'],
  ],
  storage: ['bytes_per_decision_beyond_id', 'entry_bytes_per_decision', 'index_bytes', 'generate'],
};

/** What a run of the command line writes to standard output. */
async function outputOf(...args: string[]): Promise<string> {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await createCommandLine({}).parseAsync(['node', 'custody', ...args]);
    return stdout.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

/** They start consumers and engines many times over, or simulate weeks, whatever the size. */
const dear = [
  'poller',
  'detect',
  'consumer',
  'reattribution',
  'seal',
  'serve',
  'export',
  'query',
  'storage',
  'backtest',
  'watch',
  'storm',
  'dashboard',
];
const tried = benches.filter(({ name }) => process.env.CUSTODY_TEST_LONG === '1' || !dear.includes(name));

describe('every benchmark reports by the contract', () => {
  test.each(tried)('$name', async (bench) => {
    const made = await createReport(bench, tiny, systemClock);
    const printed = report.parse(JSON.parse(JSON.stringify(made)));
    expect(printed.bench).toBe(bench.name);
    const { figures } = printed;
    const baselines = Object.values(figures).flatMap(({ ratio_to = {} }) => Object.keys(ratio_to));
    expect(baselines.length).toBeGreaterThan(0);
    // Whoever reads a ratio finds what it is a ratio to, in the same unit.
    expect(Object.keys(figures)).toEqual(expect.arrayContaining([...baselines, ...(promised[bench.name] ?? [])]));
    for (const { unit, ratio_to = {} } of Object.values(figures)) {
      for (const baseline of Object.keys(ratio_to)) expect(figures[baseline]?.unit).toBe(unit);
    }
  });

  test('and leaves nothing behind', () => {
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`custody-bench-${process.pid}-`))).toEqual([]);
  });
});

test('a decision is in the log within a poll and a second, also while history takes all other requests', async () => {
  const ageMs = await freshness({ decisions: 100, seed, withBackfill: true, signal: tiny.signal });
  expect(ageMs).toHaveLength(100);
  expect(quantile(ageMs, 0.95)).toBeLessThanOrEqual((pollSeconds + 1) * 1_000);
});

describe('the command', () => {
  test('prints one JSON document and nothing else', async () => {
    const text = await outputOf('bench', 'parse', '--json', '--rows', '40', '--runs', '2');
    expect(report.parse(JSON.parse(text)).bench).toBe('parse');
  });

  test('prints a table without --json', async () => {
    expect(await outputOf('bench', 'parse', '--rows', '40', '--runs', '1')).toMatch(
      /^json_parse .* entries\/s +higher$/m,
    );
  });

  test('lists the benchmarks without a name', async () => {
    const listed = z.array(z.looseObject({ name: z.string() })).parse(JSON.parse(await outputOf('bench', '--json')));
    const ofConsumer = ['parse', 'attribute', 'log', 'store', 'storage', 'consumer', 'reattribution', 'seal'];
    expect(listed.map(({ name }) => name)).toEqual([
      'simulator',
      'poller',
      ...ofConsumer,
      'query',
      'serve',
      'export',
      'dashboard',
      'detect',
      'backtest',
      'watch',
      'storm',
    ]);
  });

  test.each([['nope'], ['parse', '--rows', '3'], ['parse', '--rows', 'many'], ['parse', '--runs', '0']])(
    'refuses %s %s %s',
    async (...args) => {
      const error = await outputOf('bench', ...args).catch((reason: unknown) => reason);
      expect(isError(error, benchErrors.BENCH_REFUSED)).toBe(true);
    },
  );
});

test('without a browser the dashboard is not measured, which is said before anything is made', async () => {
  const error = await outputOf('bench', 'dashboard', '--browser', '/nowhere/chromium').catch(
    (reason: unknown) => reason,
  );
  expect(isError(error, benchErrors.BENCH_NO_BROWSER)).toBe(true);
});

describe('the data', () => {
  const rows = 20_000;
  const decisions = Array.from({ length: rows }, (_, row) => benchDecision(row, seed, rows));

  test('is a year of 240 tools with 8 % denials, in the order of time', () => {
    const denials = decisions.filter(({ isDenied }) => isDenied).length;
    expect(denials / rows).toBeGreaterThan(0.07);
    expect(denials / rows).toBeLessThan(0.09);
    expect(new Set(decisions.map(({ server, tool }) => `${server}/${tool}`)).size).toBe(12 * toolsPerServer);
    const times = decisions.map(({ occurredAtMs }) => occurredAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(yearStartMs);
    expect(times.at(-1)).toBeLessThan(yearEndMs);
  });

  test('calls 600 agents by Zipf’s law with the exponent 1.1', () => {
    const calls = Array<number>(600).fill(0);
    for (const { agent } of decisions) calls[agent] = (calls[agent] ?? 0) + 1;
    const weights = calls.map((_, agent) => (agent + 1) ** -1.1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    // Four standard deviations of a share, for the agents that are called often enough to tell.
    for (const agent of [0, 1, 2, 9, 49]) {
      const share = (weights[agent] ?? 0) / total;
      const deviation = Math.sqrt((share * (1 - share)) / rows);
      expect(Math.abs((calls[agent] ?? 0) / rows - share)).toBeLessThan(4 * deviation);
    }
    expect(new Set(calls.flatMap((_, agent) => humansOf(agent))).size).toBe(humanCount);
  });

  test('is the same for the same seed, another one for another', () => {
    expect(firstDecisions(100, seed)).toEqual(firstDecisions(100, seed));
    const other = new Set(firstDecisions(100, seed + 1).map(({ id }) => id));
    expect(firstDecisions(100, seed).filter(({ id }) => other.has(id))).toEqual([]);
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(rows);
  });

  test('survives being written as an entry and read again', () => {
    for (const made of decisions.slice(0, 200)) {
      const read = parseEntry(entryBytes(made, seed));
      const { id, occurredAtMs, server, tool, reason } = made;
      const verdict = made.isDenied ? 'deny' : 'allow';
      const reasonCode = made.isDenied ? 'no_permission' : '';
      expect(read).toMatchObject({ value: { id, occurredAtMs, server, tool, reason, verdict, reasonCode } });
    }
  });
});
