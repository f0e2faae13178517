import type { Engine } from '../engine/engine.ts';
import { EngineException } from '../engine/exception.ts';
import type { NativeConnection } from '../engine/native.ts';
import type { QueryRequest } from '../http/request.ts';
import type { EngineProcessConfig } from '../process-messages.ts';
import type { Statement } from '../sql/statement.ts';

/** Decides what the reader's login may ask. */
export class ReaderGuard {
  readonly #engine: Engine;
  readonly #config: EngineProcessConfig;

  constructor(engine: Engine, config: EngineProcessConfig) {
    this.#engine = engine;
    this.#config = config;
  }

  /** A connection on which the statement may run. Throws code 497 where it may not. */
  async admit(_asked: QueryRequest, _statement: Statement): Promise<NativeConnection> {
    throw new EngineException(497, 'ACCESS_DENIED', 'Not enough privileges');
  }
}
