import { type Engine, sqlString } from '../engine/engine.ts';
import type { EngineProcessConfig } from '../process-messages.ts';

/** System tables that clients ask; those with names of objects are filtered, see `tableFilters`. */
export const systemTables = [
  'one',
  'numbers',
  'numbers_mt',
  'zeros',
  'databases',
  'tables',
  'columns',
  'functions',
  'table_functions',
  'formats',
  'data_type_families',
  'settings',
  'time_zones',
  'build_options',
  'contributors',
].map((name) => `system.${name}`);

export const schemaViews = ['tables', 'columns', 'schemata', 'views'].flatMap((name) => [
  `information_schema.${name}`,
  `INFORMATION_SCHEMA.${name.toUpperCase()}`,
  `information_schema.${name.toUpperCase()}`,
  `INFORMATION_SCHEMA.${name}`,
]);

const refreshMs = 1_000;

/** Which tables and views the reader may name. */
export class ReaderObjects {
  readonly #engine: Engine;
  readonly #config: EngineProcessConfig;
  #views: { readonly names: readonly string[]; readonly until: number } = { names: [], until: 0 };

  constructor(engine: Engine, config: EngineProcessConfig) {
    this.#engine = engine;
    this.#config = config;
  }

  /** The public objects as `database.name`; views made a moment ago may take a second to appear. */
  async publicObjects(): Promise<readonly string[]> {
    const { readerObjects, readerDatabase } = this.#config;
    if (readerObjects !== 'views') return readerObjects;
    if (this.#views.until > performance.now()) return this.#views.names;
    const database = sqlString(readerDatabase);
    const rows = await this.#engine.rows(
      `SELECT name FROM system.tables WHERE database = ${database} AND engine = 'View'`,
    );
    const names = rows.map(([name]) => `${readerDatabase}.${String(name)}`);
    this.#views = { names, until: performance.now() + (names.length > 0 ? refreshMs : 0) };
    return names;
  }

  async allowed(): Promise<ReadonlySet<string>> {
    return new Set([...(await this.publicObjects()), ...systemTables, ...schemaViews]);
  }

  /** The engine's own row filters, so that metadata shows the reader no more than it may read. */
  async tableFilters(): Promise<string> {
    const objects = await this.publicObjects();
    const tuple = (name: string) => {
      const dot = name.indexOf('.');
      return `(${sqlString(name.slice(0, dot))},${sqlString(name.slice(dot + 1))})`;
    };
    const list = objects.length > 0 ? objects.map(tuple).join(',') : "('','')";
    const visible = (table: string) =>
      `(database IN ('system','information_schema','INFORMATION_SCHEMA') OR (database,${table}) IN (${list}))`;
    const databases = [this.#config.readerDatabase, 'default', 'system', 'information_schema', 'INFORMATION_SCHEMA'];
    const filters = {
      'system.tables': visible('name'),
      'system.columns': visible('table'),
      'system.databases': `name IN (${databases.map(sqlString).join(',')})`,
    };
    return `{${Object.entries(filters)
      .map(([table, filter]) => `${sqlString(table)}:${sqlString(filter)}`)
      .join(',')}}`;
  }

  /** Those of the names, `database.name`, under which something exists. */
  async existing(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return [];
    const list = names.map(sqlString).join(',');
    const rows = await this.#engine.rows(
      `SELECT concat(database, '.', name) AS full_name FROM system.tables WHERE full_name IN (${list})`,
    );
    return rows.map(([name]) => String(name));
  }
}
