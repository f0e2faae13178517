import { type DeniedDetail, minuteMs, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import type { HistoryRange } from './history-asked-for.ts';
import { rowsSql } from './observed.ts';
import { toolSql } from './series-sql.ts';

/** The finest first. */
const deniedDetails: readonly DeniedDetail[] = ['minutes', 'recent_minutes', 'without_tools', 'two_times'];

/** What windows of five minutes and less lie in by whole minutes. */
const recentMs = 5 * minuteMs;

const instant = 'toUnixTimestamp64Milli(occurred_at)';
const minuteSql = `intDiv(${instant}, ${minuteMs}) * ${minuteMs}`;

/**
 * Where the time of a denial begins, as a detail has it. What lies before the last minutes is put right before them: a longer
 * window rather has too much of it than none.
 */
function atSql(detail: DeniedDetail, { toMs }: TimeRange, binder: Binder): string {
  if (detail === 'minutes') return minuteSql;
  const floor = (epochMs: number) => Math.floor(epochMs / minuteMs) * minuteMs;
  const recent = binder.bind(floor(toMs - recentMs), 'Int64');
  const within = detail === 'two_times' ? binder.bind(floor(toMs - 1), 'Int64') : minuteSql;
  return `if(${instant} < ${recent}, ${recent} - ${minuteMs}, ${within})`;
}

/** What rows are grouped by, beside their environment; the tool is in it where they are told apart by it. */
export function groupsOfDetail(detail: DeniedDetail, range: TimeRange, binder: Binder) {
  const isByTool = detail === 'minutes' || detail === 'recent_minutes';
  return {
    at: atSql(detail, range, binder),
    // The one with the most denials would have to be counted first.
    tool: isByTool ? toolSql : `any(${toolSql})`,
    isByTool,
  };
}

const countsRow = z.object({ envId: z.string(), denials: z.number(), cells: z.array(z.number()) });

export interface DetailOfEnvironment {
  readonly envId: string;
  readonly detail: DeniedDetail;
  /** Cells at most; `null` where all of that detail are told. */
  readonly most: number | null;
  readonly denials: number;
}

export interface DetailRequest {
  readonly envIds: readonly string[];
  readonly range: TimeRange;
  readonly history: readonly HistoryRange[];
}

/**
 * In which detail the denials of each environment are told, so that they are so many cells at most together. Those with few are
 * never told less because of one with many. Throws `STORE_*`.
 */
export async function readDetails(
  client: StoreClient,
  { envIds, range, history }: DetailRequest,
  most: number,
  options: StatementOptions,
): Promise<DetailOfEnvironment[]> {
  const binder = new Binder();
  const counts = deniedDetails.map((detail) => {
    const { at, isByTool } = groupsOfDetail(detail, range, binder);
    return `uniqExact(${at}, agent_key, human_key, server, ${isByTool ? 'tool, ' : ''}reason_code)`;
  });
  const sql = `SELECT toString(env_id) AS envId, count() AS denials, [${counts.join(', ')}] AS cells
FROM ${rowsSql(envIds, range, binder, history)} AND decision = 'deny'
GROUP BY envId`;
  const rows = await ask(client, question('detection.denied_details', sql, binder, countsRow), options);
  const smallestOf = ({ cells }: z.infer<typeof countsRow>) => cells[0] ?? 0;
  const ordered = rows.toSorted((a, b) => smallestOf(a) - smallestOf(b) || (a.envId < b.envId ? -1 : 1));
  let left = most;
  return ordered.map(({ envId, denials, cells }, index) => {
    const share = Math.floor(left / (ordered.length - index));
    const at = cells.findIndex((count) => count <= share);
    left -= at === -1 ? share : (cells[at] ?? 0);
    const detail = deniedDetails.at(at) ?? 'two_times';
    return { envId, detail, most: at === -1 ? share : null, denials };
  });
}
