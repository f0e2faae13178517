import { type GrantRecord, grantRecordKey, topics } from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import type { DecisionRow } from '@custody/store';
import { attributedRow, historyOf } from './attributed.ts';
import {
  type BenchDecision,
  decisionRecord,
  entryBytes,
  firstDecisions,
  scatteredDecisions,
  shortEntryBytes,
} from './data.ts';
import { grantRecords } from './world.ts';

const rowsPerAppend = 1_000;

/** What the consumer is given to do. */
export interface Workload {
  readonly name: string;
  /** Whether the entries are as long as Permit's, about 1.2 KB, or hold the least, about 350 bytes. */
  readonly isLong: boolean;
  /** Whether they are kept verbatim. */
  readonly keepEntries: boolean;
  /** Whether neighbours lie in other months of the year, or follow each other. */
  readonly isScattered: boolean;
}

/** What a poller has left in the log. */
export interface Backlog {
  readonly envId: string;
  readonly keepEntries: boolean;
  readonly grants: readonly GrantRecord[];
  readonly decisions: readonly NewRecord[];
}

interface Made {
  readonly decision: BenchDecision;
  readonly bytes: Uint8Array;
}

/** The entries of a workload, made once. */
export class BacklogMaker {
  readonly #made: readonly Made[];
  readonly #seed: number;
  readonly #keepEntries: boolean;

  constructor({ isLong, isScattered, keepEntries }: Workload, rows: number, seed: number) {
    const decisions = isScattered ? scatteredDecisions(rows, seed) : firstDecisions(rows, seed);
    const bytesOf = (decision: BenchDecision) => (isLong ? entryBytes(decision, seed) : shortEntryBytes(decision));
    this.#made = decisions.map((decision) => ({ decision, bytes: bytesOf(decision) }));
    this.#seed = seed;
    this.#keepEntries = keepEntries;
  }

  /** The first `rows` of them, in an environment. */
  backlog(rows: number, envId: string): Backlog {
    const records = this.#made.slice(0, rows).map(({ decision, bytes }) => decisionRecord(decision, bytes, envId));
    return { envId, keepEntries: this.#keepEntries, grants: grantRecords(envId, this.#seed), decisions: records };
  }

  /** All of them as the consumer stores them. */
  rows(envId: string): DecisionRow[] {
    const history = historyOf(envId, this.#seed, 1);
    return this.#made.map(({ bytes }) => attributedRow(bytes, envId, history));
  }
}

/** Puts a backlog into the log. */
export async function fill(log: Log, { grants, decisions }: Backlog): Promise<void> {
  await log.ensureTopics(Object.values(topics));
  const values = grants.map((record) => ({
    key: grantRecordKey(record),
    value: Buffer.from(JSON.stringify(record), 'utf8'),
  }));
  await log.append(topics.grants.name, values);
  for (let at = 0; at < decisions.length; at += rowsPerAppend) {
    await log.append(topics.decisions.name, decisions.slice(at, at + rowsPerAppend));
  }
}
