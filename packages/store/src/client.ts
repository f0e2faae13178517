import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
  type QueryParams,
} from '@clickhouse/client';
import type { Logger } from '@custody/runtime';
import { z } from 'zod';
import type { Block } from './native/block.ts';
import { type StatementContext, translateError } from './translate-error.ts';

export interface StoreClientOptions {
  /** `http://host:port` of ClickHouse, or of the embedded store. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Which program asks; shown in ClickHouse's own logs. */
  readonly application: string;
  readonly logger: Logger;
  /** Longest a statement may take, unless it says otherwise, milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** gzip both ways. Default: unless the store is on this machine. */
  readonly compression?: boolean;
}

export type StoreSettings = ClickHouseSettings;

export interface StatementOptions {
  readonly signal?: AbortSignal | undefined;
  readonly settings?: StoreSettings;
  readonly timeoutMs?: number;
  /** Whose it is, for who has statements wait for one another. */
  readonly owner?: string;
  /** Others wait for it, and it costs next to nothing: it is not to wait. */
  readonly isUrgent?: boolean;
  /** Others may wait for it: of its owner's it goes first. */
  readonly isShared?: boolean;
  /** One of many behind each other that nobody looks at before the last, such as pages of a file: others go before it. */
  readonly isPatient?: boolean;
  /** Is told when it goes to the store, and when it has ended. */
  readonly during?: { begin(): void; end(): void };
  /**
   * Is told what a SELECT has cost when it has ended; of one that failed only the time. Its whole answer is then waited for
   * before the first row is taken.
   */
  readonly onCost?: (cost: StatementCost) => void;
}

/** What a statement has read, by the store's own account, and how long the store took. */
export interface StatementCost {
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

/** Rows in bulk, whatever they are rows of. */
export type InsertBlock = Pick<Block<never>, 'names' | 'rows' | 'pieces'>;

/** The store as this package's functions use it. Every method throws `STORE_*` only. */
export interface StoreClient {
  /** Rows of a SELECT, as JSON values. `name` tags the statement in the store's query log. */
  select(name: string, sql: string, params: Record<string, unknown>, options?: StatementOptions): Promise<unknown[]>;
  /** Runs a statement that returns nothing. */
  command(name: string, sql: string, params?: Record<string, unknown>, options?: StatementOptions): Promise<void>;
  /** Inserts rows as one statement; resolves when they are stored. */
  insert(name: string, table: string, rows: Iterable<object>, options?: StatementOptions): Promise<void>;
  /** The same for rows in bulk: column by column, in the store's own format. No rows are no statement. */
  insertBlock(name: string, table: string, block: InsertBlock, options?: StatementOptions): Promise<void>;
  /** Throws unless the store answers and takes the login. */
  ping(options?: StatementOptions): Promise<void>;
  close(): Promise<void>;
}

const defaultTimeoutMs = 60_000;
/** Rows of one JSON chunk on the way to the store: a few hundred KiB, so that a batch is never one string. */
const rowsPerChunk = 500;

/** Written as an escape by `JSON.stringify` where the half stands alone, and by nothing else that we insert but by chance. */
const surrogateEscape = /\\ud[89a-f]/;

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/**
 * One row as JSON. Half of a surrogate pair, which JSON can hold and UTF-8 cannot, is replaced: the store would refuse
 * the whole batch for it, for ever.
 */
function jsonLine(row: object): string {
  const line = JSON.stringify(row);
  return surrogateEscape.test(line) ? JSON.stringify(row, wellFormed) : line;
}

function* jsonLines(rows: Iterable<object>): Generator<string> {
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(jsonLine(row));
    if (lines.length < rowsPerChunk) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

/** What the store says in an answer of the format JSON; the head of an answer of the embedded store tells less. */
const statistics = z.object({ elapsed: z.number(), rows_read: z.number(), bytes_read: z.number() });

function costOf(told: unknown): StatementCost {
  const parsed = statistics.safeParse(told);
  if (!parsed.success) return { rowsRead: 0, bytesRead: 0, elapsedMs: 0 };
  const { elapsed, rows_read, bytes_read } = parsed.data;
  return { rowsRead: rows_read, bytesRead: bytes_read, elapsedMs: elapsed * 1000 };
}

/**
 * A connection without a statement is closed well before the server would (3 s of the oldest servers; 30 s of newer ones and of
 * the embedded store), so that no statement is sent into one that is just being closed. Its age is looked at as well: timers come
 * late in a process that is busy.
 */
const keptOpen = { enabled: true, idle_socket_ttl: 2_500, eagerly_destroy_stale_sockets: true };

/** On this machine compression is work at both ends with no network to spare; over a network a light one pays. */
function isLocal(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function compressionOf(isWanted: boolean): Pick<ClickHouseClientConfigOptions, 'compression'> {
  return isWanted ? { compression: { request: { codec: 'gzip', level: 1 }, response: true } } : {};
}

/**
 * Whether the other end closed the connection: one that is kept open between statements may be closed at the very moment
 * when the next one is sent. A statement that only reads may be sent once more.
 */
function wasCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

/** One process's connection pool to the store. Opens nothing before the first statement. */
export function createStoreClient(options: StoreClientOptions): StoreClient {
  const { url, username, password, application, logger, timeoutMs: usualTimeoutMs = defaultTimeoutMs } = options;
  const client = createClient({
    url,
    username,
    password,
    application,
    // Above every deadline of ours: the client's own timeout error carries no code.
    request_timeout: 3_600_000,
    ...compressionOf(options.compression ?? !isLocal(url)),
    keep_alive: keptOpen,
    use_multipart_params_auto: false,
    log: { level: ClickHouseLogLevel.OFF },
  });

  async function run<T>(
    name: string,
    { signal, settings = {}, timeoutMs = usualTimeoutMs, during }: StatementOptions,
    work: (shared: { abort_signal: AbortSignal; clickhouse_settings: ClickHouseSettings }) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const context: StatementContext = { name, signal, deadline };
    const startedAt = performance.now();
    during?.begin();
    try {
      return await work({
        abort_signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        clickhouse_settings: { log_comment: JSON.stringify({ application, statement: name }), ...settings },
      });
    } catch (error) {
      throw translateError(error, context);
    } finally {
      during?.end();
      logger.trace({ statement: name, elapsed_ms: Math.round(performance.now() - startedAt) }, 'statement');
    }
  }

  function insertBody(name: string, query: string, body: Iterable<string | Uint8Array>, statement: StatementOptions) {
    return run(name, statement, async ({ abort_signal, clickhouse_settings }) => {
      const { stream } = await client.exec({
        query,
        values: Readable.from(body, { objectMode: false }),
        abort_signal,
        // Synchronous: when it resolves the rows are stored, and only then may the caller commit.
        clickhouse_settings: {
          async_insert: 0,
          wait_end_of_query: 1,
          date_time_input_format: 'best_effort',
          ...clickhouse_settings,
        },
      });
      await finished(stream.resume());
    });
  }

  /** Rows with what they cost; of a statement that fails `onCost` is told the time. */
  async function countedRows(statement: Omit<QueryParams, 'format'>, onCost: (cost: StatementCost) => void) {
    const startedAt = performance.now();
    // One document, which tells no error of its own: so it is begun when all of it is there.
    const clickhouse_settings = { ...statement.clickhouse_settings, wait_end_of_query: 1 } as const;
    try {
      const result = await client.query({ ...statement, clickhouse_settings, format: 'JSON' });
      const answer = await result.json();
      return { rows: answer.data, cost: costOf(answer.statistics) };
    } catch (error) {
      onCost({ rowsRead: 0, bytesRead: 0, elapsedMs: performance.now() - startedAt });
      throw error;
    }
  }

  return {
    select: (name, sql, params, statement = {}) =>
      run(name, statement, async (shared) => {
        const { onCost } = statement;
        const read = async () => {
          if (onCost === undefined) {
            const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow', ...shared });
            return result.json();
          }
          const { rows, cost } = await countedRows({ query: sql, query_params: params, ...shared }, onCost);
          onCost(cost);
          return rows;
        };
        return read().catch((error: unknown) => {
          if (!wasCut(error) || shared.abort_signal.aborted) throw error;
          return read();
        });
      }),
    command: (name, sql, params = {}, statement = {}) =>
      run(name, statement, async (shared) => {
        await client.command({ query: sql, query_params: params, ...shared });
      }),
    insert: (name, table, rows, statement = {}) =>
      insertBody(name, `INSERT INTO ${table} FORMAT JSONEachRow`, jsonLines(rows), statement),
    insertBlock: async (name, table, block, statement = {}) => {
      if (block.rows === 0) return;
      const query = `INSERT INTO ${table} (${block.names.join(', ')}) FORMAT Native`;
      await insertBody(name, query, block.pieces(), statement);
    },
    ping: (statement = {}) =>
      run('ping', { timeoutMs: 5_000, ...statement }, async (shared) => {
        await (await client.query({ query: 'SELECT 1', format: 'JSONEachRow', ...shared })).json();
      }),
    close: () => client.close(),
  };
}
