import { resolve } from 'node:path';
import { CustodyError, exitCodes, parseConfig, systemClock, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import type { BenchOptions } from '../bench/bench.ts';
import { benchErrors } from '../bench/errors.ts';
import type { BenchReport } from '../bench/report.ts';
import { interruption } from './interruption.ts';
import { formatTable } from './table.ts';

interface Given {
  readonly json?: boolean;
  readonly rows?: string;
  readonly runs?: string;
  readonly keep?: string;
  readonly browser?: string;
}

/** Growth needs a quarter that is not empty. */
const leastRows = 4;
const mostRows = 100_000_000;
const mostRuns = 1_000;
const seed = 1;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function numberOf(option: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  const message = `${option} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`;
  throw new CustodyError(benchErrors.BENCH_REFUSED, message);
}

function reportText({ bench, hardware, at, figures }: BenchReport): string {
  const rows = Object.entries(figures).map(([figure, { value, unit, better, ratio_to = {} }]) => {
    const ratios = Object.entries(ratio_to).map(([name, ratio]) => `${ratio} × ${name}`);
    return { figure, value, unit, better, 'in relation': ratios.join(', ') };
  });
  return `${bench} on ${hardware}, ${at}\n\n${formatTable(rows)}`;
}

async function listBenches(json: boolean): Promise<void> {
  const { benches } = await import('../bench/catalogue.ts');
  const rows = benches.map(({ name, description, defaults }) => ({ name, ...defaults, description }));
  print(json ? JSON.stringify(rows, null, 2) : formatTable(rows));
}

async function runBench(name: string, variables: Variables, given: Given): Promise<void> {
  const { json = false, rows, runs, keep, browser } = given;
  const [{ benchNamed }, { createReport }, { kafkaLoginRule, logVariables }] = await Promise.all([
    import('../bench/catalogue.ts'),
    import('../bench/report.ts'),
    import('@custody/log'),
  ]);
  const bench = benchNamed(name);
  using interrupted = interruption();
  const { signal } = interrupted;
  const options: BenchOptions = {
    rows: numberOf('--rows', rows, bench.defaults.rows, leastRows, mostRows),
    runs: numberOf('--runs', runs, bench.defaults.runs, 1, mostRuns),
    seed,
    keptIn: keep === undefined ? null : resolve(keep),
    browser: browser === undefined ? null : resolve(browser),
    log: parseConfig(logVariables.refine(...kafkaLoginRule), variables),
    signal,
    onProgress: (text) => process.stderr.write(`${name}: ${text}\n`),
  };
  try {
    const report = await createReport(bench, options, systemClock);
    print(json ? JSON.stringify(report, null, 2) : reportText(report));
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
  }
}

/** Benchmarks, each with its baselines. */
export function addBench(program: Command, variables: Variables): void {
  program
    .command('bench')
    .description('measure a part of the pipeline on this machine; without a name, list what can be measured')
    .argument('[name]', 'what to measure')
    .option('--json', 'machine-readable')
    .option('--rows <number>', 'rows at full size')
    .option('--runs <number>', 'runs of which a figure is the median')
    .option(
      '--keep <directory>',
      'of query, serve, dashboard and watch: keep the stores that are made, and take those of an earlier run',
    )
    .option('--browser <path>', 'of dashboard: the Chromium to drive, instead of the one that is found')
    .action(async (name: string | undefined, given: Given) => {
      if (name === undefined) await listBenches(given.json === true);
      else await runBench(name, variables, given);
    });
}
