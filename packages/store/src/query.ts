import { CustodyError } from '@custody/runtime';
import { z } from 'zod';
import type { StatementOptions, StoreClient, StoreSettings } from './client.ts';
import { storeErrors } from './errors.ts';

/**
 * A question to the store as a value. Whatever comes from outside reaches the SQL through bound parameters
 * (`{name:Type}`) only.
 */
export interface Query<Params extends z.ZodType, Row extends z.ZodType> {
  /** Tags the statement in the store's query log, in errors and in metrics. */
  readonly name: string;
  readonly sql: string;
  /** What the statement is run with, beyond what every question is. */
  readonly settings?: StoreSettings;
  readonly params: Params;
  readonly row: Row;
}

export function defineQuery<Params extends z.ZodType, Row extends z.ZodType>(
  query: Query<Params, Row>,
): Query<Params, Row> {
  return Object.freeze(query);
}

/** Values that every query is read with: numbers as numbers, times as RFC 3339 would have them. */
const readingSettings = {
  // Counts and milliseconds stay far below 2^53; as texts they would have to be parsed everywhere.
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'iso',
  // A decision never changes its month, so no version of it lies in another partition.
  do_not_merge_across_partitions_select_final: 1,
  // Conditions on the time are tried before the other columns of a row are read; only such as all versions of it share.
  optimize_move_to_prewhere_if_final: 1,
  // Whatever is asked, it is a question: an injected write would still be refused.
  readonly: '1',
} as const;

/** A server goes on with a statement whose client is gone unless it is told not to. To watch for that takes it a millisecond. */
const whileWaitedFor = { cancel_http_readonly_queries_on_client_close: 1 } as const;

const boundValues = z.record(z.string(), z.unknown());

/** Making a schema costs more than most answers take to check. */
const rowsSchemas = new WeakMap<z.ZodType, z.ZodArray>();

function rowsOf<Row extends z.ZodType>(row: Row): z.ZodArray<Row> {
  const known = (rowsSchemas.get(row) as z.ZodArray<Row> | undefined) ?? z.array(row);
  rowsSchemas.set(row, known);
  return known;
}

/** Runs a query and checks its rows. Throws `STORE_*`; parameters off their schema are a fault of the caller's code. */
export async function runQuery<Params extends z.ZodType, Row extends z.ZodType>(
  client: StoreClient,
  query: Query<Params, Row>,
  params: z.input<Params>,
  { settings, ...options }: StatementOptions = {},
): Promise<z.output<Row>[]> {
  const bound = boundValues.parse(query.params.parse(params));
  const rows = await client.select(query.name, query.sql, bound, {
    ...options,
    settings: { ...readingSettings, ...(options.signal && whileWaitedFor), ...query.settings, ...settings },
  });
  const parsed = rowsOf(query.row).safeParse(rows);
  if (parsed.success) return parsed.data;
  const { path = [], message } = parsed.error.issues[0] ?? { message: 'no rows' };
  throw new CustodyError(storeErrors.STORE_UNEXPECTED_ANSWER, `${query.name}: ${path.join('.')}: ${message}`, {
    cause: parsed.error,
    fields: { statement: query.name },
  });
}
