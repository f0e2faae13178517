import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ConnectionState, Engine } from '../engine/engine.ts';
import { EngineException, engineException, exceptionText } from '../engine/exception.ts';
import type { NativeConnection } from '../engine/native.ts';
import type { PipePool } from '../engine/pipe.ts';
import { type QueryRun, runInsert, runOutput, runPlain } from '../engine/query-run.ts';
import type { ReaderGuard } from '../guard/reader-guard.ts';
import { nativeOfRevision } from '../native/protocol-version.ts';
import type { EmbeddedUser } from '../process-messages.ts';
import type { Admission } from './admission.ts';
import { Answer, type ServerIdentity, sendException } from './answer.ts';
import { authenticate } from './auth.ts';
import { answerEncoder, decodedBody } from './compression.ts';
import { readForm } from './form.ts';
import { type QueryRequest, readQueryRequest } from './request.ts';
import type { Sessions } from './sessions.ts';
import { type RequestStatement, readStatement } from './statement-body.ts';

export interface QueryHandlerParts {
  readonly engine: Engine;
  readonly pipes: PipePool;
  readonly users: readonly EmbeddedUser[];
  readonly guard: () => Promise<ReaderGuard>;
  readonly admission: Admission;
  readonly readerAdmission: Admission;
  readonly sessions: Sessions;
  readonly identity: ServerIdentity;
  readonly sendTimeoutMs: number;
}

/** Answers held whole with `wait_end_of_query`; a larger one starts to stream and says so by its missing summary. */
const maxHeldBytes = 67_108_864;

/** One query over HTTP, from who asks to the last byte. */
export class QueryHandler {
  readonly #parts: QueryHandlerParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: QueryHandlerParts) {
    this.#parts = parts;
  }

  handle(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const work = this.#handle(request, response, url);
    this.#underWay.add(work);
    work.finally(() => this.#underWay.delete(work));
  }

  /** Resolves when the engine has let go of every statement, those of clients that went away included. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client went away')));
    try {
      const user = authenticate(request, url, this.#parts.users);
      await this.#answer(user, request, response, url, gone.signal);
    } catch (error) {
      const exception = engineException(error);
      if (response.headersSent || gone.signal.aborted) response.destroy();
      else {
        // The rest of a refused body is not read: the connection cannot serve another request.
        if (!request.complete) response.setHeader('Connection', 'close');
        sendException(response, exception, exceptionText(exception, this.#parts.identity.version));
      }
    }
  }

  async #answer(user: EmbeddedUser, request: IncomingMessage, response: ServerResponse, url: URL, gone: AbortSignal) {
    const type = String(request.headers['content-type'] ?? '');
    const form = type.startsWith('multipart/form-data') ? await readForm(decodedBody(request), type) : undefined;
    const asked = readQueryRequest(request, url, form);
    const { statement, data } = await readStatement(asked.query, form ? Readable.from([]) : decodedBody(request));
    const reads = user.access === 'reader';
    const leave = await (reads ? this.#parts.readerAdmission : this.#parts.admission).enter(gone);
    let leaveAll = leave;
    try {
      if (reads) {
        const leaveShared = await this.#parts.admission.enter(gone);
        leaveAll = () => {
          leaveShared();
          leave();
        };
      }
      await this.#run(user, asked, { statement, data }, request, response, gone);
    } finally {
      leaveAll();
    }
  }

  async #run(
    user: EmbeddedUser,
    asked: QueryRequest,
    { statement, data }: RequestStatement,
    request: IncomingMessage,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const { connection, release } = await this.#connection(user, asked, statement);
    try {
      const format =
        statement.kind === 'output' && statement.format ? statement.format : (asked.defaultFormat ?? 'TabSeparated');
      const answer = new Answer(response, {
        identity: this.#parts.identity,
        queryId: asked.queryId ?? randomUUID(),
        format,
        encoder: answerEncoder(request, asked.compressAnswer, asked.compressionLevel),
        bufferBytes: asked.waitEndOfQuery ? maxHeldBytes : asked.bufferBytes,
        sendTimeoutMs: this.#parts.sendTimeoutMs,
      });
      const context = { engine: this.#parts.engine, connection, pipes: this.#parts.pipes };
      gone.throwIfAborted();
      let run: QueryRun;
      if (statement.kind === 'output')
        run = spoken(runOutput(context, statement, format), format, asked.protocolVersion);
      else if (statement.kind === 'insert') run = runInsert(context, statement, data);
      else run = runPlain(context, statement, format);
      gone.addEventListener('abort', run.cancel, { once: true });
      await this.#deliver(run, answer, statement.kind === 'insert', gone);
      if (request.complete === false && !gone.aborted) request.resume();
    } finally {
      await release();
    }
  }

  /** Returns only when the engine has let go of the statement, whatever became of the client. */
  async #deliver(run: QueryRun, answer: Answer, written: boolean, gone: AbortSignal): Promise<void> {
    const done = run.done.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const broken = run.output && (await forward(run.output, answer, gone, run.cancel));
    if (broken) run.cancel();
    const outcome = await done;
    if (gone.aborted) return;
    if (broken && 'result' in outcome) return answer.fail(engineException(broken));
    if (broken instanceof EngineException) return answer.fail(broken);
    if ('error' in outcome) return answer.fail(engineException(outcome.error));
    if (!run.output && outcome.result.bytes.length > 0) await answer.write(outcome.result.bytes);
    await answer.end(outcome.result, written);
  }

  async #connection(
    user: EmbeddedUser,
    asked: QueryRequest,
    statement: RequestStatement['statement'],
  ): Promise<{ connection: NativeConnection; release: () => Promise<void> }> {
    const { engine, guard, sessions } = this.#parts;
    if (user.access === 'reader') {
      const connection = await (await guard()).admit(asked, statement);
      return { connection, release: async () => engine.close(connection) };
    }
    if (asked.sessionId === undefined) {
      const safeReadonly = asked.safe && asked.settings.readonly !== '1' ? 2 : undefined;
      const connection = await engine.connect(connectionState(asked, safeReadonly));
      return { connection, release: async () => engine.close(connection) };
    }
    const key = `${user.name}/${asked.sessionId}`;
    const connection = await sessions.take(key);
    const release = () => sessions.giveBack(key, Object.keys(asked.settings));
    try {
      if (asked.safe && statement.kind !== 'output') {
        throw new EngineException(164, 'READONLY', 'Cannot execute query in readonly mode. Use POST to change data');
      }
      await engine.apply(connection, connectionState(asked, undefined));
      return { connection, release };
    } catch (error) {
      await release();
      throw error;
    }
  }
}

function connectionState(asked: QueryRequest, readonly: 2 | undefined): ConnectionState {
  return { settings: asked.settings, params: asked.params, database: asked.database, readonly };
}

/** The run with its Native output in the form of the client's revision. */
function spoken(run: QueryRun, format: string, revision: number): QueryRun {
  if (!run.output || revision <= 0 || format.toLowerCase() !== 'native') return run;
  return { ...run, output: nativeOfRevision(run.output, revision) };
}

/**
 * Moves the output on, one piece at a time: a client that reads slowly slows the engine down. Resolves with what
 * broke the output on our side, if anything did.
 */
function forward(output: Readable, answer: Answer, gone: AbortSignal, cancel: () => void): Promise<Error | undefined> {
  let broken: Error | undefined;
  output.on('error', (error) => {
    broken = error;
  });
  output.on('data', (chunk: Buffer) => {
    if (gone.aborted) return;
    output.pause();
    answer
      .write(chunk)
      .catch(cancel)
      .finally(() => output.resume());
  });
  return new Promise((resolve) => output.once('close', () => resolve(broken)));
}
