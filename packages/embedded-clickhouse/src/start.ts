import { type ChildProcess, fork } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CustodyError, type Logger, type Variables } from '@custody/runtime';
import { embeddedErrors } from './errors.ts';
import type {
  EmbeddedUser,
  EngineProcessConfig,
  FromEngineProcess,
  ReaderLimits,
  ToEngineProcess,
} from './process-messages.ts';

export interface EmbeddedClickHouseOptions {
  /** Where the data lives; made when absent. One process at a time. */
  readonly directory: string;
  /** Anything but loopback has to be asked for. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly users: readonly EmbeddedUser[];
  readonly logger?: Pick<Logger, 'warn'>;
  /** What `reader` users may read, as `database.name`; by default every view of `readerDatabase`. */
  readonly readerObjects?: readonly string[] | 'views';
  readonly readerDatabase?: string;
  readonly readerLimits?: Partial<ReaderLimits>;
  /** How many queries run at once; more of them wait, and beyond `maxQueuedQueries` are refused with code 202. */
  readonly maxConcurrentQueries?: number;
  readonly maxConcurrentReaderQueries?: number;
  readonly maxQueuedQueries?: number;
  readonly maxMemoryBytesPerQuery?: number;
  /** How long a client may read nothing of its answer before its query ends; 30 s, as on the server. */
  readonly sendTimeoutMs?: number;
  /**
   * The caller's environment, of which the engine is given what any process needs: where programs and libraries are, the zone,
   * the language. Default: nothing.
   */
  readonly environment?: Variables;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when `stop()` had asked for it. */
  readonly expected: boolean;
}

export interface EmbeddedClickHouse {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the engine within 10 seconds, running queries included. */
  stop(): Promise<void>;
  /** Resolves when the engine process is gone, whatever the reason; never rejects. */
  readonly exited: Promise<EngineExit>;
}

const stopMs = 9_500;
const maxSaidLength = 4_000;
const defaultLimits: ReaderLimits = {
  maxExecutionSeconds: 30,
  maxMemoryBytes: 1_073_741_824,
  maxResultRows: 1_000_000,
  maxResultBytes: 268_435_456,
  maxRowsToRead: 1_000_000_000,
};

function processConfig(options: EmbeddedClickHouseOptions, pipeDirectory: string): EngineProcessConfig {
  const maxConcurrentQueries = options.maxConcurrentQueries ?? 16;
  return {
    directory: resolve(options.directory),
    pipeDirectory,
    host: options.host ?? '127.0.0.1',
    port: options.port,
    users: options.users,
    readerObjects: options.readerObjects ?? 'views',
    readerDatabase: options.readerDatabase ?? 'custody',
    readerLimits: { ...defaultLimits, ...options.readerLimits },
    maxConcurrentQueries,
    maxConcurrentReaderQueries: options.maxConcurrentReaderQueries ?? Math.max(1, Math.floor(maxConcurrentQueries / 2)),
    maxQueuedQueries: options.maxQueuedQueries ?? 100,
    maxMemoryBytesPerQuery: options.maxMemoryBytesPerQuery ?? 4_294_967_296,
    sendTimeoutMs: options.sendTimeoutMs ?? 30_000,
  };
}

function requireWritable(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new CustodyError(embeddedErrors.EMBEDDED_DIRECTORY_UNWRITABLE, `${directory} cannot be written`, { cause });
  }
}

/** Only what a process needs to run: whatever else the caller was given, keys among it, is no business of the engine. */
function engineEnvironment(given: Variables): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH'];
  const compiled = getCompileCacheDir();
  return {
    ...Object.fromEntries(names.map((name) => [name, given[name]])),
    // Where this process keeps what it has compiled, the engine's does so as well.
    ...(compiled !== undefined && { NODE_COMPILE_CACHE: dirname(compiled) }),
  };
}

function spawnEngine(config: EngineProcessConfig, environment: Variables): ChildProcess {
  return fork(new URL('./engine-process.ts', import.meta.url), [], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Every running query holds a thread of the pool until it ends; the rest is for files and compression.
    env: { ...engineEnvironment(environment), UV_THREADPOOL_SIZE: String(config.maxConcurrentQueries + 8) },
  });
}

/** The engine says on stderr alone that another process holds the directory; the addon keeps only "failed". */
const lockedDirectory = /^Code: 76\..*Cannot lock file/m;

function startFailure(message: FromEngineProcess & { type: 'failed' }, said: string): CustodyError {
  if (message.code === 'EMBEDDED_START_FAILED' && lockedDirectory.test(said)) {
    return new CustodyError(embeddedErrors.EMBEDDED_DIRECTORY_IN_USE, 'the data directory is open in another process');
  }
  return new CustodyError(embeddedErrors[message.code], [message.message, said.trim()].filter(Boolean).join(': '));
}

/** Waits for the first word of the engine process. `said` is what it wrote to stderr. */
function firstAnswer(child: ChildProcess, said: () => string): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    let failed: (FromEngineProcess & { type: 'failed' }) | undefined;
    child.once('message', (message: FromEngineProcess) => {
      if (message.type === 'ready') resolve({ port: message.port });
      else failed = message;
    });
    child.once('error', (cause) => {
      reject(new CustodyError(embeddedErrors.EMBEDDED_START_FAILED, 'the engine process cannot be started', { cause }));
    });
    // Not "exit": only now has everything arrived that it wrote.
    child.once('close', (code, signal) => {
      const message = `the engine process ended before it answered (${signal ?? `exit code ${code}`})`;
      reject(startFailure(failed ?? { type: 'failed', code: 'EMBEDDED_START_FAILED', message }, said()));
    });
  });
}

/**
 * Starts ClickHouse's engine in a process of its own and resolves when it answers on its port. Throws a `CustodyError`
 * of one of `embeddedErrors`.
 */
export async function startEmbeddedClickHouse(options: EmbeddedClickHouseOptions): Promise<EmbeddedClickHouse> {
  requireWritable(resolve(options.directory));
  const pipeDirectory = mkdtempSync(join(tmpdir(), 'custody-clickhouse-'));
  const config = processConfig(options, pipeDirectory);
  const child = spawnEngine(config, options.environment ?? {});
  const tell = (message: ToEngineProcess) => child.connected && child.send(message, () => undefined);
  let stopping = false;
  let started = false;
  const exited = new Promise<EngineExit>((settle) => {
    const gone = (code: number | null, signal: NodeJS.Signals | null) => {
      rmSync(pipeDirectory, { recursive: true, force: true });
      settle({ code, signal, expected: stopping });
    };
    child.once('exit', gone);
    child.once('error', () => child.pid === undefined && gone(null, null));
  });
  let said = '';
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (said.length < maxSaidLength) said += `${line}\n`;
      if (started) options.logger?.warn({ line }, 'engine process');
    });
  }
  tell({ type: 'start', config });
  const { port } = await firstAnswer(child, () => said);
  started = true;
  const stop = async () => {
    stopping = true;
    tell({ type: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(timer);
  };
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return { url: `http://${host}:${port}`, port, pid: child.pid ?? 0, stop, exited };
}
