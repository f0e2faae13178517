import { engineException } from './exception.ts';
import type { NativeConnection, NativeEngine, NativeResult } from './native.ts';

/** What one request asks of its connection; nothing of it outlives the connection. */
export interface ConnectionState {
  readonly settings: Readonly<Record<string, string>>;
  /** Values of `{name:Type}` placeholders, in the escaping of ClickHouse's `param_` URL parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly database?: string | undefined;
  /** 1 reads only and freezes settings, 2 reads only. Applied last, because it forbids the rest. */
  readonly readonly?: 1 | 2 | undefined;
}

/** What differs between the engine as a library and as a server, set back to what a server does. */
const serverLike: Readonly<Record<string, string>> = {
  implicit_select: '0',
  allow_introspection_functions: '0',
  // A running query is found by the marker in its text, which must not be cut off.
  log_queries_cut_to_length: '10000000',
};

export const sqlString = (value: string): string => `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
const sqlName = (name: string): string => `\`${name.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;

/** One open data directory. All connections share its data; each has settings of its own. */
export class Engine {
  readonly #native: NativeEngine;
  readonly #path: string;
  readonly #defaults: Readonly<Record<string, string>>;
  readonly #control: NativeConnection;
  #identity = { version: '', timezone: '' };

  private constructor(native: NativeEngine, path: string, defaults: Readonly<Record<string, string>>) {
    this.#native = native;
    this.#path = path;
    this.#defaults = { ...serverLike, ...defaults };
    this.#control = native.CreateConnection(path);
  }

  /** Opens the directory. Throws what the addon throws; code 76 in it means that another process holds it. */
  static async open(native: NativeEngine, path: string, defaults: Readonly<Record<string, string>>): Promise<Engine> {
    const engine = new Engine(native, path, defaults);
    const [version = '', timezone = ''] = await engine.#column('SELECT arrayJoin([version(), timezone()])');
    engine.#identity = { version, timezone };
    return engine;
  }

  get version(): string {
    return this.#identity.version;
  }

  get timezone(): string {
    return this.#identity.timezone;
  }

  /** A connection in the asked state. Throws an `EngineException` for an unknown setting, value or database. */
  async connect(state: ConnectionState): Promise<NativeConnection> {
    const connection = this.#native.CreateConnection(this.#path);
    try {
      await this.apply(connection, { ...state, settings: { ...this.#defaults, ...state.settings } });
      return connection;
    } catch (error) {
      this.close(connection);
      throw error;
    }
  }

  async apply(connection: NativeConnection, state: ConnectionState): Promise<void> {
    if (state.database) await this.run(connection, `USE ${sqlName(state.database)}`);
    const changes = [
      ...Object.entries(state.settings).map(([name, value]) => `${sqlName(name)} = ${sqlString(value)}`),
      ...Object.entries(state.params ?? {}).map(([name, value]) => `${sqlName(`param_${name}`)} = ${sqlString(value)}`),
      ...(state.readonly ? [`readonly = ${state.readonly}`] : []),
    ];
    if (changes.length > 0) await this.run(connection, `SET ${changes.join(', ')}`);
  }

  /** Runs a statement to its end. Throws an `EngineException`. */
  async run(connection: NativeConnection, sql: string, format = 'TabSeparated'): Promise<NativeResult> {
    try {
      return await this.#native.QueryAsyncConnection(connection, sql, format);
    } catch (error) {
      throw engineException(error);
    }
  }

  /** How the engine's own parser classifies a text. */
  classify(connection: NativeConnection, sql: string): ReturnType<NativeEngine['DurableClassifyAsync']> {
    return this.#native.DurableClassifyAsync(connection, sql, 'default');
  }

  /** Only when nothing runs on the connection. A killed query stays in system.processes until this. */
  close(connection: NativeConnection): void {
    this.#native.CloseConnection(connection);
  }

  /** Cancels what runs with `marker` in its text; it fails with code 394 within its next block of rows. */
  async kill(marker: string): Promise<void> {
    const pattern = sqlString(marker);
    await this.run(this.#control, `KILL QUERY WHERE position(query, ${pattern}) > 0 AND query NOT ILIKE 'KILL%' ASYNC`);
  }

  /** Rows of one column, asked on the port's own connection. */
  async #column(sql: string): Promise<string[]> {
    const { bytes } = await this.run(this.#control, sql);
    return bytes.toString().split('\n').slice(0, -1);
  }

  /** Rows of JSONCompact arrays, asked on the port's own connection. */
  async rows(sql: string): Promise<unknown[][]> {
    const { bytes } = await this.run(this.#control, sql, 'JSONCompactEachRow');
    return bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown[]);
  }

  /** Releases the directory. Nothing may run any more. */
  shutdown(): void {
    this.#native.CloseConnection(this.#control);
  }
}
