import { parseEntry } from '@custody/decision';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { entryBytes, firstDecisions } from './data.ts';
import { cost, growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { ownMemory } from './memory.ts';

function parseAll(entries: readonly Uint8Array[]): void {
  let kept = 0;
  for (const bytes of entries) if (parseEntry(bytes).outcome === 'kept') kept += 1;
  verify(kept === entries.length, `${entries.length - kept} of ${entries.length} entries were not understood.`);
}

/** The least that anybody pays who looks into the bytes. */
function jsonParseAll(entries: readonly Uint8Array[]): void {
  let decided = 0;
  for (const bytes of entries) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (typeof JSON.parse(text).decision === 'boolean') decided += 1;
  }
  verify(decided === entries.length, 'The baseline misread an entry.');
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  const entries = firstDecisions(rows, seed).map((decision) => entryBytes(decision, seed));
  const quarter = entries.slice(0, quarterOf(rows));
  const ms = await medians(options, { what: `${rows} entries`, warmUp: true }, async () => ({
    quarter: await timed(() => parseAll(quarter)),
    whole: await timed(() => parseAll(entries)),
    jsonParse: await timed(() => jsonParseAll(entries)),
  }));
  const jsonParse = rate(rows, ms.jsonParse, 'entries');
  const bytes = entries.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return {
    parse: rate(rows, ms.whole, 'entries', { json_parse: jsonParse }),
    json_parse: jsonParse,
    growth_x4_rows: growth(ms.whole, ms.quarter),
    entry_size: cost(bytes / rows, 'bytes'),
    ...ownMemory(),
  };
}

export const parse: Bench = {
  name: 'parse',
  description: 'reading decisions out of audit-log entries; baseline: JSON.parse of the same bytes',
  defaults: { rows: 40_000, runs: 5 },
  run,
};
