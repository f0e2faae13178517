import { z } from 'zod';
import type { StatementOptions, StoreClient, StoreSettings } from '../client.ts';
import { defineQuery, type Query, runQuery } from '../query.ts';

const boundValues = z.record(z.string(), z.unknown());

/** A query whose SQL depends on what is asked, with the values that it binds. */
export interface Question<Row extends z.ZodType> {
  readonly query: Query<typeof boundValues, Row>;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Collects the values of a statement; the SQL only ever gets placeholders. */
export class Binder {
  readonly params: Record<string, unknown> = {};

  /** Returns the placeholder. The type is the code's own, never input. */
  bind(value: string | number | readonly string[] | readonly number[], type: string): string {
    const name = `p${Object.keys(this.params).length}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
}

export function question<Row extends z.ZodType>(
  name: string,
  sql: string,
  binder: Binder,
  row: Row,
  settings: StoreSettings = {},
): Question<Row> {
  return { query: defineQuery({ name, sql, settings, params: boundValues, row }), params: binder.params };
}

/** Runs a question and checks its rows. Throws `STORE_*`. */
export function ask<Row extends z.ZodType>(
  client: StoreClient,
  { query, params }: Question<Row>,
  options: StatementOptions = {},
): Promise<z.output<Row>[]> {
  return runQuery(client, query, params, options);
}
