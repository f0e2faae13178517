import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Statement } from '../sql/statement.ts';
import { type Engine, sqlString } from './engine.ts';
import { EngineException } from './exception.ts';
import type { NativeConnection, NativeResult } from './native.ts';
import { openReader, openWriter, type PipePool, type PipeReader } from './pipe.ts';

/** A statement under way. */
export interface QueryRun {
  /** The formatted answer; ends when the engine is done, also when it failed. */
  readonly output?: Readable;
  /** Settles when the engine has let go of the statement. Rejects with an `EngineException`. */
  readonly done: Promise<NativeResult>;
  /** Ends the statement's claim on time and memory; `done` then rejects with code 394. Safe at any time. */
  cancel(): void;
}

export interface RunContext {
  readonly engine: Pick<Engine, 'run' | 'kill'>;
  readonly connection: NativeConnection;
  readonly pipes: PipePool;
}

/**
 * What a statement is found by, to be killed; in no other one, ever. A kill may still be under way when its statement
 * has ended by itself, and must not meet the next one: so not the pipe's name, which passes from one to the next.
 */
const newMarker = (): string => `/* run ${randomUUID()} */`;

/** A kill can arrive before the engine has registered the query, so it is repeated until the query has ended. */
function canceller(engine: RunContext['engine'], marker: string, done: Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = () => {
    engine.kill(marker).catch(() => undefined);
    timer = setTimeout(kill, 250);
  };
  let ended = false;
  const stop = () => {
    ended = true;
    clearTimeout(timer);
  };
  done.then(stop, stop);
  return () => {
    if (!ended && timer === undefined) kill();
  };
}

/** Takes what the port put into the statement, or the part of it that a message quotes, out of the message again. */
function clean(added: string): (error: unknown) => never {
  const words = added.trim().split(' ');
  const tails = words.map((_, index) => words.slice(index).join(' ')).filter((tail) => tail.length > 20);
  return (error) => {
    if (!(error instanceof EngineException)) throw error;
    const message = tails.reduce((text, tail) => text.replaceAll(tail, ''), error.message);
    throw new EngineException(error.code, error.codeName, message.replaceAll('\n\n', '\n'));
  };
}

/** The reading end; the pipe is free again when it cannot be opened. */
function opened(pipes: PipePool, path: string): PipeReader {
  try {
    return openReader(path);
  } catch (error) {
    pipes.giveBack(path);
    throw error;
  }
}

/** Runs a statement that answers rows; the answer streams through a pipe, whatever its format and size. */
export function runOutput(context: RunContext, statement: Statement & { kind: 'output' }, format: string): QueryRun {
  const { engine, connection, pipes } = context;
  const path = pipes.take();
  const reader = opened(pipes, path);
  const tail = statement.format === undefined ? `${statement.after} FORMAT ${format}` : statement.after;
  const marker = newMarker();
  const place = ` ${marker} INTO OUTFILE ${sqlString(path)} TRUNCATE COMPRESSION 'none' `;
  const run = engine.run(connection, `${statement.before}${place}${tail}`).catch(clean(place));
  const done = run.finally(() => reader.finish());
  const kill = canceller(engine, marker, done);
  const closed = new Promise((resolve) => reader.stream.once('close', resolve));
  Promise.allSettled([done, closed]).then(() => pipes.giveBack(path));
  const cancel = () => {
    kill();
    // The engine may be blocked in a write to the full pipe: it has to be emptied for the kill to be seen.
    reader.stream.resume();
  };
  return { output: reader.stream, done, cancel };
}

/** Runs an insert; the rows stream from `body` into the engine, which parses and cuts blocks as a server does. */
export function runInsert(context: RunContext, statement: Statement & { kind: 'insert' }, body: Readable): QueryRun {
  const { engine, connection, pipes } = context;
  const path = pipes.take();
  let settled = false;
  const marker = newMarker();
  const place = ` ${marker} FROM INFILE ${sqlString(path)} COMPRESSION 'none' `;
  const run = engine
    .run(connection, `${statement.before}${place}${statement.after}`)
    .catch(clean(place))
    .finally(() => {
      settled = true;
    });
  const kill = canceller(engine, marker, run);
  const feeding = feed(path, body, run, () => settled, kill);
  const done = run.then(
    async (result) => {
      await feeding;
      return result;
    },
    async (error) => {
      await feeding.catch(() => undefined);
      throw error;
    },
  );
  Promise.allSettled([run, feeding]).then(() => pipes.giveBack(path));
  return { done, cancel: kill };
}

/**
 * Moves the body into the pipe. When the body breaks off, the query is killed *before* the pipe ends, since the engine
 * would take the end for the end of the data and write half a request.
 */
async function feed(path: string, body: Readable, run: Promise<unknown>, settled: () => boolean, kill: () => void) {
  const writer = await openWriter(path, settled);
  if (!writer) return;
  // Ends by us alone: see above.
  writer.on('error', () => undefined);
  const engineEnded = run.then(
    () => writer.destroy(),
    () => writer.destroy(),
  );
  try {
    await pipeline(body, writer, { end: false });
    await new Promise<void>((resolve) => writer.end(resolve));
    writer.destroy();
  } catch (error) {
    if (settled()) return;
    await killThenEnd(writer, kill, run);
    throw error;
  } finally {
    await engineEnded;
  }
}

/** The engine, blocked in a read, sees the kill only when the read returns: so first the kill, then the end. */
async function killThenEnd(
  writer: NodeJS.WritableStream & { destroy(): unknown },
  kill: () => void,
  run: Promise<unknown>,
) {
  kill();
  const grace = new Promise((resolve) => setTimeout(resolve, 200));
  await Promise.race([run.catch(() => undefined), grace]);
  writer.destroy();
}

/** Runs a statement that answers nothing or little: definitions, settings, `INSERT … SELECT`. */
export function runPlain(context: RunContext, statement: Statement & { kind: 'plain' }, format: string): QueryRun {
  const { engine, connection } = context;
  const marker = newMarker();
  const added = `\n${marker}`;
  const done = engine.run(connection, `${statement.text}${added}`, format).catch(clean(added));
  return { done, cancel: canceller(engine, marker, done) };
}
