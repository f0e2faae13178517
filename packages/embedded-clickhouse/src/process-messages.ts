import type { EmbeddedErrorCode } from './errors.ts';

/** One login. `full` may do everything that the port allows; `reader` reads the named views and client metadata. */
export interface EmbeddedUser {
  readonly name: string;
  readonly password: string;
  readonly access: 'full' | 'reader';
}

/** What one reader query may use; a request can lower these and never raise them. */
export interface ReaderLimits {
  readonly maxExecutionSeconds: number;
  readonly maxMemoryBytes: number;
  readonly maxResultRows: number;
  readonly maxResultBytes: number;
  readonly maxRowsToRead: number;
}

/** Everything that the engine process needs; it travels by IPC, never by argv, because it holds passwords. */
export interface EngineProcessConfig {
  readonly directory: string;
  readonly pipeDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly users: readonly EmbeddedUser[];
  readonly readerObjects: readonly string[] | 'views';
  readonly readerDatabase: string;
  readonly readerLimits: ReaderLimits;
  readonly maxConcurrentQueries: number;
  readonly maxConcurrentReaderQueries: number;
  readonly maxQueuedQueries: number;
  readonly maxMemoryBytesPerQuery: number;
  readonly sendTimeoutMs: number;
}

export type ToEngineProcess =
  | { readonly type: 'start'; readonly config: EngineProcessConfig }
  | { readonly type: 'stop' };

export type FromEngineProcess =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly code: EmbeddedErrorCode; readonly message: string };
