import type { Readable } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import {
  type AggregateRequest,
  ask,
  changesInScope,
  isWithinEnvironments,
  readAggregate,
  readExpiredRange,
  type StoredDecision,
  walkDecisions,
} from '@custody/store';
import { whileCurrent } from '../access/while-current.ts';
import { csvEncoder } from '../export/csv.ts';
import type { Asked } from '../routes/route.ts';
import { Archive } from './archive.ts';
import { changeColumns, changeRow } from './change-row.ts';
import { DecisionFiles } from './decision-files.ts';
import { LocalClock } from './local-clock.ts';
import { manifestOf } from './manifest.ts';
import { renderReport } from './page/page.ts';
import { type Proof, readProof } from './proof.ts';
import type { CrossCheck, Report, RowsFile } from './report.ts';
import type { ReportParts } from './report-parts.ts';
import { reported } from './report-row.ts';
import type { Scope } from './scope.ts';
import { Tally } from './tally.ts';

/** Rows of one statement. */
const pageRows = 5_000;
/** Changes of access that a report tells, the newest ones. */
const mostChanges = 20_000;

/** What has been read when the first byte of a report is sent. */
export interface Begun {
  readonly asked: Asked;
  readonly scope: Scope;
  readonly isDemo: boolean;
  readonly proof: Proof;
  readonly startedMs: number;
  readonly first: readonly StoredDecision[];
  readonly rest: AsyncIterable<StoredDecision[]>;
}

/** Reads what every report begins with, so that what fails at once is answered as a problem. Throws `STORE_*`. */
export async function beginReport(parts: ReportParts, asked: Asked, scope: Scope): Promise<Begun> {
  // Before the rows: what is proven by then is among them, if it was stored.
  const [proof, isDemo] = await Promise.all([readProof(parts, asked), parts.caller.answers.isDemo()]);
  const walk = walkDecisions(asked.store, { selection: asked.selection, pageRows }, asked.options);
  const rest = whileCurrent(parts.caller, walk);
  const startedMs = parts.clock.now();
  const { value } = await rest.next();
  return { asked, scope, isDemo, proof, startedMs, first: value ?? [], rest };
}

async function* pagesOf({ first, rest }: Begun): AsyncGenerator<readonly StoredDecision[]> {
  if (first.length > 0) yield first;
  for await (const page of rest) {
    yield page;
    // Others' answers are made by the same process.
    await breath();
  }
}

/** Counts the decisions that are surely in scope again, from sums where they hold. */
async function crossCheck({ store, selection, options, timeZone }: Asked): Promise<CrossCheck> {
  const levels: string[] = [];
  const request: AggregateRequest = {
    selection: { ...selection, certainty: 'sure' },
    measures: ['decisions', 'denials'],
    groupBy: [],
    order: { by: 'decisions', descending: true },
    limit: 1,
    timeZone,
  };
  // By a look of its own: rows may have come since the report began.
  const own = {
    ...options,
    isAnew: true,
    // What others do in an environment has an hour of it read otherwise.
    onPlan: (read: { levels: readonly string[] }) =>
      isWithinEnvironments(selection.scope) || levels.push(...read.levels),
  };
  const [found] = await readAggregate(store, request, own);
  return { decisions: Number(found?.m_decisions ?? 0), denials: Number(found?.m_denials ?? 0), levels };
}

async function writeChanges(
  archive: Archive,
  begun: Begun,
  prefix: string,
  changes: Report['changes'],
): Promise<RowsFile> {
  const encoder = csvEncoder(changeColumns, { mark: true });
  const clock = new LocalClock(begun.scope.timeZone);
  const rows = changes.map((change) => changeRow(change, clock));
  const file = await archive.add(`${prefix}access-changes.csv`, [encoder.begin(), encoder.page(rows), encoder.end()]);
  return { ...file, rows: rows.length };
}

async function writeReport(parts: ReportParts, begun: Begun, archive: Archive): Promise<void> {
  const { clock } = parts;
  const { asked, scope, isDemo, proof } = begun;
  const { store } = asked;
  const prefix = isDemo ? 'DEMO-' : '';
  const tally = new Tally();
  const decisions = new DecisionFiles({ archive, prefix, timeZone: scope.timeZone, isDemo });
  const asksForPossible = asked.selection.certainty === 'both';
  const files = await decisions.write(pagesOf(begun), (row) => {
    const one = reported(row, asksForPossible);
    tally.add(one);
    return one;
  });
  const readToMs = clock.now();
  const [found, checked, expired] = await Promise.all([
    ask(store, changesInScope(asked.selection, mostChanges + 1), asked.options),
    crossCheck(asked),
    readExpiredRange(store, asked.selection, asked.options),
  ]);
  const changes = found.slice(0, mostChanges);
  files.push(await writeChanges(archive, begun, prefix, changes));
  const iso = (ms: number) => new Date(ms).toISOString();
  const report: Report = {
    ...{ scope, isDemo, proof, tally, changes, files, readFromMs: begun.startedMs, readToMs },
    hasMoreChanges: found.length > mostChanges,
    expired: expired && { from: iso(expired.fromMs), to: iso(expired.toMs) },
    crossCheck: checked,
  };
  const page = await archive.add(`${prefix}report.html`, [Buffer.from(renderReport(report))]);
  const manifest = `${JSON.stringify(manifestOf(report, page), null, 2)}\n`;
  await archive.add('manifest.json', [Buffer.from(manifest)]);
  archive.end();
}

/**
 * The report as a zip, written as it is read. All counts of the page are made of the rows that go into the files, each read
 * once. A failure destroys the stream: what was sent has no directory, and no program opens it.
 */
export function streamReport(parts: ReportParts, begun: Begun): Readable {
  const archive = new Archive(new Date(begun.startedMs));
  writeReport(parts, begun, archive).catch((error: Error) => archive.output.destroy(error));
  return archive.output;
}
