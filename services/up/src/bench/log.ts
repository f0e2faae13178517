import { closeSync, fsyncSync, openSync, readFileSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import type { NewRecord } from '@custody/log';
import { type Bench, type BenchOptions, type Figures, quarterOf } from './bench.ts';
import { decisionRecord, entryBytes, firstDecisions } from './data.ts';
import { cost, duration, growth, rate } from './figures.ts';
import { embeddedEngine, kafkaEngine, type LogEngine } from './log-engines.ts';
import { idle } from './log-idle.ts';
import { readAll } from './log-reading.ts';
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

interface LogTimes {
  readonly append: number;
  readonly read: number;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

async function throughLog(engine: LogEngine, records: readonly NewRecord[], rowsAtOnce: number): Promise<LogTimes> {
  await using opened = await engine.open();
  const { log, topic } = opened;
  const chunks = chunksOf(records, rowsAtOnce);
  return {
    append: await timed(async () => {
      for (const chunk of chunks) await log.append(topic, chunk);
    }),
    read: await timed(() => readAll(opened, records.length)),
  };
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
  const kafka = kafkaEngine(options.log);
  const ms = await medians(options, { what: `${rows} records`, warmUp: true }, async () => {
    const small = await throughLog(embeddedEngine, quarter, rowsPerAppend);
    const large = await throughLog(embeddedEngine, records, rowsPerAppend);
    const byPage = await throughLog(embeddedEngine, quarter, rowsPerPage);
    const file = await throughFile(records);
    const onKafka = kafka && (await throughLog(kafka, records, rowsPerAppend));
    const onKafkaByPage = kafka && (await throughLog(kafka, quarter, rowsPerPage));
    return {
      ...{ append: large.append, read: large.read, appendQuarter: small.append, readQuarter: small.read },
      ...{ appendPages: byPage.append, fileAppend: file.append, fileRead: file.read },
      ...{ kafkaAppend: onKafka?.append ?? 0, kafkaRead: onKafka?.read ?? 0 },
      kafkaAppendPages: onKafkaByPage?.append ?? 0,
    };
  });
  const fileAppend = rate(rows, ms.fileAppend, 'rows');
  const fileRead = rate(rows, ms.fileRead, 'rows');
  const append = rate(rows, ms.append, 'rows', { file_append: fileAppend });
  const read = rate(rows, ms.read, 'rows', { file_read: fileRead });
  const appendByPage = rate(quarter.length, ms.appendPages, 'rows');
  const kafkaFigures = kafka && {
    kafka_append: rate(rows, ms.kafkaAppend, 'rows', { append }),
    kafka_append_by_page: rate(quarter.length, ms.kafkaAppendPages, 'rows', { append_by_page: appendByPage }),
    kafka_read: rate(rows, ms.kafkaRead, 'rows', { read }),
    ...(await idleFigures('kafka_', kafka, rows)),
  };
  return {
    append,
    append_by_page: appendByPage,
    read,
    file_append: fileAppend,
    file_read: fileRead,
    append_growth_x4_rows: growth(ms.append, ms.appendQuarter),
    read_growth_x4_rows: growth(ms.read, ms.readQuarter),
    ...(await idleFigures('', embeddedEngine, rows)),
    ...kafkaFigures,
    ...ownMemory(),
  };
}

/** What a log costs that has nothing to do, and how soon a group's first member has its first record. */
async function idleFigures(prefix: string, engine: LogEngine, rows: number): Promise<Figures> {
  // As many milliseconds as rows: a short run looks shortly.
  const { firstRecordMs, idlePercent } = await idle(engine, rows);
  return {
    [`${prefix}first_record`]: duration(firstRecordMs),
    [`${prefix}idle_cpu`]: cost(idlePercent, '% of a core'),
  };
}

export const log: Bench = {
  name: 'log',
  description: 'durable appends and reads of 1 KB records; with KAFKA_BROKERS on Kafka too; baseline: a flushed file',
  defaults: { rows: 40_000, runs: 3 },
  run,
};
