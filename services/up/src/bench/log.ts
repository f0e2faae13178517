import { closeSync, fsyncSync, openSync, readFileSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@custody/decision';
import { type Log, type NewRecord, openLmdbLog } from '@custody/log';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { decisionRecord, entryBytes, firstDecisions } from './data.ts';
import { growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { ownMemory } from './memory.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const valueBytes = 1_024;
const rowsPerAppend = 1_000;
/** A page of the Permit API. */
const rowsPerPage = 100;
const lengthBytes = 4;

/** Records of 1 KB: the log never looks into them, so an entry may be cut short. */
function recordsOf(rows: number, seed: number): NewRecord[] {
  return firstDecisions(rows, seed).map((decision) => {
    const value = new Uint8Array(valueBytes).fill(0x20);
    value.set(entryBytes(decision, seed).subarray(0, valueBytes));
    return decisionRecord(decision, value, 'bench');
  });
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

async function appendAll(log: Log, chunks: readonly (readonly NewRecord[])[]): Promise<void> {
  for (const chunk of chunks) await log.append(topics.decisions.name, chunk);
}

/** Reads everything as a member of a group that commits each batch, as the consumer does. */
async function readAll(log: Log, count: number): Promise<void> {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const consumption = log.consume({
    group: 'bench',
    topics: [topics.decisions.name],
    handler: async ({ records }) => {
      seen += records.length;
      if (seen >= count) resolve();
    },
  });
  await Promise.race([all, consumption.done]);
  await consumption.stop();
  verify(seen === count, `Read ${seen} of ${count} records.`);
}

interface LogTimes {
  readonly append: number;
  readonly read: number;
}

async function throughLog(records: readonly NewRecord[], rowsAtOnce: number): Promise<LogTimes> {
  using directory = temporaryDirectory();
  const log = await openLmdbLog({ directory: join(directory.path, 'log') });
  try {
    await log.ensureTopics([topics.decisions]);
    const chunks = chunksOf(records, rowsAtOnce);
    return {
      append: await timed(() => appendAll(log, chunks)),
      read: await timed(() => readAll(log, records.length)),
    };
  } finally {
    await log.close();
  }
}

/** The same values, one after the other with their lengths, flushed to the disk as often. */
function writeFile(path: string, chunks: readonly (readonly NewRecord[])[]): void {
  const file = openSync(path, 'w');
  for (const chunk of chunks) {
    const parts = chunk.map(({ value }) => {
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt32LE(value?.byteLength ?? 0);
      return Buffer.concat([length, value ?? new Uint8Array()]);
    });
    writevSync(file, [Buffer.concat(parts)]);
    fsyncSync(file);
  }
  closeSync(file);
}

function readFile(path: string, count: number): void {
  const bytes = readFileSync(path);
  let seen = 0;
  for (let at = 0; at < bytes.byteLength; seen += 1) {
    const value = bytes.subarray(at + lengthBytes, at + lengthBytes + bytes.readUInt32LE(at));
    at += lengthBytes + value.byteLength;
  }
  verify(seen === count, `The baseline read ${seen} of ${count} records.`);
}

async function throughFile(records: readonly NewRecord[]): Promise<LogTimes> {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'records');
  const chunks = chunksOf(records, rowsPerAppend);
  return {
    append: await timed(() => writeFile(path, chunks)),
    read: await timed(() => readFile(path, records.length)),
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  const records = recordsOf(rows, seed);
  const quarter = records.slice(0, quarterOf(rows));
  const ms = await medians(options, { what: `${rows} records`, warmUp: true }, async () => {
    const small = await throughLog(quarter, rowsPerAppend);
    const large = await throughLog(records, rowsPerAppend);
    const byPage = await throughLog(quarter, rowsPerPage);
    const file = await throughFile(records);
    return {
      ...{ append: large.append, read: large.read, appendQuarter: small.append, readQuarter: small.read },
      ...{ appendPages: byPage.append, fileAppend: file.append, fileRead: file.read },
    };
  });
  const fileAppend = rate(rows, ms.fileAppend, 'rows');
  const fileRead = rate(rows, ms.fileRead, 'rows');
  return {
    append: rate(rows, ms.append, 'rows', { file_append: fileAppend }),
    append_by_page: rate(quarter.length, ms.appendPages, 'rows'),
    read: rate(rows, ms.read, 'rows', { file_read: fileRead }),
    file_append: fileAppend,
    file_read: fileRead,
    append_growth_x4_rows: growth(ms.append, ms.appendQuarter),
    read_growth_x4_rows: growth(ms.read, ms.readQuarter),
    ...ownMemory(),
  };
}

export const log: Bench = {
  name: 'log',
  description: 'durable appends and reads of 1 KB records; baseline: a file flushed to the disk as often',
  defaults: { rows: 40_000, runs: 3 },
  run,
};
