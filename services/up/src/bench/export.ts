import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, rate } from './figures.ts';
import { verify } from './measure.ts';
import { peakMemoryBytes, resetPeakMemory } from './memory.ts';
import { readExport } from './serve-load.ts';
import type { ServedApi } from './serve-process.ts';
import { serveYear } from './serve-year.ts';

const formats = ['csv', 'ndjson', 'parquet'] as const;
type Format = (typeof formats)[number];

/** Lines that are no rows; of Parquet lines say nothing. */
const headLines: Readonly<Record<Format, number | null>> = { csv: 1, ndjson: 0, parquet: null };

const mib = 1_048_576;

interface Exported {
  readonly elapsedMs: number;
  /** Of the service, while it streamed; `null` where the system does not tell. */
  readonly peakBytes: number | null;
}

async function exported({ url, pid }: ServedApi, format: Format, rows: number, signal: AbortSignal): Promise<Exported> {
  resetPeakMemory(pid);
  const startedAt = performance.now();
  const exporting = readExport(url, `/v1/decisions?from=2025-01-01&format=${format}&limit=${rows}`, signal);
  await exporting.done;
  const elapsedMs = performance.now() - startedAt;
  const head = headLines[format];
  verify(head === null || exporting.lines === rows + head, `${format} had ${exporting.lines} lines for ${rows} rows.`);
  verify(exporting.bytes > 0, `${format} was empty.`);
  return { elapsedMs, peakBytes: peakMemoryBytes(pid) };
}

/** What five times as many rows cost the service in memory: nothing, if it holds what it is writing and no more. */
function memoryFigures(format: Format, few: Exported, many: Exported): Figures {
  if (few.peakBytes === null || many.peakBytes === null) return {};
  const ofFew = cost(few.peakBytes / mib, 'MiB');
  return {
    [`${format}_tenth_rss_peak`]: ofFew,
    [`${format}_rss_peak`]: cost(many.peakBytes / mib, 'MiB', { [`${format}_tenth_rss_peak`]: ofFew }),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, signal, onProgress } = options;
  await using year = await serveYear(options);
  const [few, many] = [Math.max(1, Math.floor(rows / 10)), Math.max(1, Math.floor(rows / 2))];
  // What a process has compiled and kept after its first export is none of the next one's.
  onProgress('warming up');
  for (const format of formats) await exported(year.api, format, few, signal);
  const figures: Record<string, Figures[string]> = {};
  for (const format of formats) {
    onProgress(`${few} and ${many} rows as ${format}`);
    const ofFew = await exported(year.api, format, few, signal);
    const ofMany = await exported(year.api, format, many, signal);
    figures[`${format}_rows`] = rate(many, ofMany.elapsedMs, 'rows');
    Object.assign(figures, memoryFigures(format, ofFew, ofMany));
  }
  return figures;
}

export const exportBench: Bench = {
  name: 'export',
  description:
    'a tenth and the half of a year as CSV, NDJSON and Parquet over HTTP: rows a second and memory of the service',
  defaults: { rows: 10_000_000, runs: 1 },
  run,
};
