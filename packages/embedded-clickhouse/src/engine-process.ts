import { mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { Engine } from './engine/engine.ts';
import { loadNativeEngine, MissingEngineError } from './engine/native.ts';
import { PipePool } from './engine/pipe.ts';
import type { EmbeddedErrorCode } from './errors.ts';
import { ReaderGuard } from './guard/reader-guard.ts';
import { Admission } from './http/admission.ts';
import { QueryHandler } from './http/query-handler.ts';
import { createHttpServer } from './http/server.ts';
import { Sessions } from './http/sessions.ts';
import type { EngineProcessConfig, FromEngineProcess, ToEngineProcess } from './process-messages.ts';

/** The entry of the engine process. It is told what to do by IPC and ends when its parent does. */

const shutdownMs = 8_000;
const finishMs = 2_000;
let stopping: Promise<void> | undefined;
let stop: () => Promise<void> = async () => undefined;

function send(message: FromEngineProcess): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()) ?? resolve());
}

class StartFailure extends Error {
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What went wrong, as one of our kinds. */
function failure(error: unknown): StartFailure {
  if (error instanceof StartFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof MissingEngineError) return new StartFailure('EMBEDDED_PLATFORM_UNSUPPORTED', message);
  const system = (error as NodeJS.ErrnoException).code;
  if (system === 'EADDRINUSE') return new StartFailure('EMBEDDED_PORT_BUSY', message);
  if (system === 'EADDRNOTAVAIL' || system === 'ENOTFOUND')
    return new StartFailure('EMBEDDED_ADDRESS_UNUSABLE', message);
  return new StartFailure('EMBEDDED_START_FAILED', message.slice(0, 2_000));
}

async function openEngine(config: EngineProcessConfig): Promise<Engine> {
  const directory = join(config.directory, 'engine');
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new StartFailure('EMBEDDED_DIRECTORY_UNWRITABLE', `${directory}: ${(error as Error).message}`);
  }
  const defaults = {
    max_memory_usage: String(config.maxMemoryBytesPerQuery),
    // Answers leave through a pipe that one thread fills quickly enough; to start several costs each small one a tenth.
    output_format_parallel_formatting: '0',
  };
  return Engine.open(loadNativeEngine(), directory, defaults);
}

/** Made when it is asked for first, and once more where that failed. */
function whenAskedFor<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

function listen(server: Server, config: EngineProcessConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : config.port);
    });
  });
}

async function start(config: EngineProcessConfig): Promise<void> {
  const engine = await openEngine(config);
  // One pipe more than queries can run: a pipe comes back a moment after its query has ended.
  const pipes = await PipePool.create(config.pipeDirectory, config.maxConcurrentQueries * 2);
  const sessions = new Sessions(engine);
  const identity = { version: engine.version, timezone: engine.timezone, displayName: 'custody-embedded' };
  const handler = new QueryHandler({
    engine,
    pipes,
    users: config.users,
    // An engine that only its pipeline asks never needs what the guard knows of the engine, a tenth of what a start costs.
    guard: whenAskedFor(() => ReaderGuard.create(engine, config)),
    admission: new Admission(config.maxConcurrentQueries, config.maxQueuedQueries),
    readerAdmission: new Admission(config.maxConcurrentReaderQueries, config.maxQueuedQueries),
    sessions,
    identity,
    sendTimeoutMs: config.sendTimeoutMs,
  });
  const server = createHttpServer(handler);
  const port = await listen(server, config);
  stop = async () => {
    await closeServer(server);
    await handler.idle();
    sessions.close();
    engine.shutdown();
    rmSync(config.pipeDirectory, { recursive: true, force: true });
  };
  await send({ type: 'ready', port });
}

/** Requests have a moment to finish; then their connections go, which cancels what they run. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), finishMs);
  await closed;
  clearTimeout(hurry);
}

/** Ends this process, cleanly if that works in time. What was acknowledged is on disk in either case. */
function end(): void {
  setTimeout(() => process.exit(1), shutdownMs).unref();
  stopping ??= stop();
  stopping.then(
    () => process.exit(0),
    () => process.exit(1),
  );
}

process.on('message', (message: ToEngineProcess) => {
  if (message.type === 'stop') return end();
  start(message.config).catch(async (error: unknown) => {
    const { code, message: text } = failure(error);
    await send({ type: 'failed', code, message: text });
    process.exit(1);
  });
});
process.on('disconnect', end);
// A terminal sends these to the whole group; the parent decides and says so by IPC.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', end);
