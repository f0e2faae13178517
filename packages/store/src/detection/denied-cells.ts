import type { DeniedDetail, DeniedMinuteRow, TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { ask, Binder, question } from '../questions/question.ts';
import { type DetailOfEnvironment, type DetailRequest, groupsOfDetail, readDetails } from './denied-detail.ts';
import { readHistoryAskedFor } from './history-asked-for.ts';
import { rowsSql } from './observed.ts';

const cellRow = z.object({
  envId: z.string(),
  atMs: z.number(),
  agent: z.string(),
  human: z.string(),
  // Named unlike the columns, which would be hidden by them.
  server_key: z.string(),
  server_tool: z.string(),
  reason: z.string(),
  denials: z.number(),
});

/** Cells of one look: judging them takes a second of a core. */
const mostCells = 100_000;

/** An environment whose denials were too many to be told by minutes. */
export interface CoarseDenials {
  readonly envId: string;
  readonly detail: DeniedDetail;
  /** Denials that are in no cell at all. */
  readonly missing: number;
}

export interface DeniedCells {
  readonly cells: readonly DeniedMinuteRow[];
  readonly coarse: readonly CoarseDenials[];
}

export interface DeniedCellsRequest {
  readonly envIds: readonly string[];
  readonly range: TimeRange;
  /** Default 100,000. */
  readonly most?: number;
}

async function readCells(
  client: StoreClient,
  { envIds, range, history }: DetailRequest,
  { detail, most }: Pick<DetailOfEnvironment, 'detail' | 'most'>,
  options: StatementOptions,
): Promise<DeniedMinuteRow[]> {
  const binder = new Binder();
  const { at, tool, isByTool } = groupsOfDetail(detail, range, binder);
  // Of too many the newest: windows of minutes are compared by them, and an agent that goes on has some.
  const limit = most === null ? '' : `\nORDER BY atMs DESC, denials DESC, agent, server_key LIMIT ${most}`;
  const sql = `SELECT toString(env_id) AS envId, ${at} AS atMs,
  toString(agent_key) AS agent, toString(human_key) AS human, toString(server) AS server_key, ${tool} AS server_tool,
  toString(reason_code) AS reason, count() AS denials
FROM ${rowsSql(envIds, range, binder, history)} AND decision = 'deny'
GROUP BY envId, atMs, agent, human, server_key, ${isByTool ? 'server_tool, ' : ''}reason${limit}`;
  const rows = await ask(client, question('detection.denied_cells', sql, binder, cellRow), options);
  return rows.map(({ server_key: server, server_tool, ...row }) => ({ ...row, server, tool: server_tool }));
}

/**
 * Denials of environments in a range from their rows, by minutes, without those that are history; where those would be too many,
 * by less, which is said. Throws `STORE_*`.
 */
export async function readDeniedCells(
  client: StoreClient,
  { envIds, range, most = mostCells }: DeniedCellsRequest,
  options: StatementOptions = {},
): Promise<DeniedCells> {
  if (envIds.length === 0) return { cells: [], coarse: [] };
  const history = await readHistoryAskedFor(client, range.fromMs, options);
  const environments = await readDetails(client, { envIds, range, history }, most, options);
  const cells: DeniedMinuteRow[] = [];
  const coarse: CoarseDenials[] = [];
  // Those that are cut have a statement each.
  const alike = Map.groupBy(environments, ({ envId, detail, most: own }) => (own === null ? detail : envId));
  for (const those of alike.values()) {
    const [{ detail, most: own } = { detail: 'minutes' as const, most: null }] = those;
    const ids = those.map(({ envId }) => envId);
    const found = await readCells(client, { envIds: ids, range, history }, { detail, most: own }, options);
    for (const cell of found) cells.push(cell);
    if (detail === 'minutes') continue;
    const told = found.reduce((sum, { denials }) => sum + denials, 0);
    const missing = (denials: number) => (own === null ? 0 : Math.max(0, denials - told));
    coarse.push(...those.map(({ envId, denials }) => ({ envId, detail, missing: missing(denials) })));
  }
  return { cells, coarse };
}
