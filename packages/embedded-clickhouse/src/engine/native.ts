import { createRequire } from 'node:module';

/** A connection of the engine; opaque. */
export type NativeConnection = object & { readonly native?: never };

export interface NativeResult {
  readonly bytes: Buffer;
  readonly elapsed: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

interface NativeClassification {
  readonly statementCount: number;
  /** 0 reads only; everything above leaves a trace, and 4 did not parse. */
  readonly queryClass: number;
}

/**
 * The part of chdb's addon that the port uses. The package's own `Session` is not used because it closes a
 * connection only when nothing runs on any other, so that a long query would keep finished ones listed.
 */
export interface NativeEngine {
  CreateConnection(path: string, args?: readonly string[]): NativeConnection;
  CloseConnection(connection: NativeConnection): void;
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  DurableClassifyAsync(connection: NativeConnection, sql: string, database: string): Promise<NativeClassification>;
}

const platformPackages: Readonly<Record<string, string>> = {
  'darwin-arm64': '@chdb/lib-darwin-arm64',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
};

export class MissingEngineError extends Error {
  override readonly name = 'MissingEngineError';
}

/** Loads the addon of this platform. Throws `MissingEngineError` where there is none or it cannot be loaded. */
export function loadNativeEngine(platform: string = process.platform, arch: string = process.arch): NativeEngine {
  const key = `${platform}-${arch}`;
  const name = platformPackages[key];
  if (name === undefined) throw new MissingEngineError(`the engine has no package for ${key}`);
  // The platform package is a dependency of chdb, not ours: under pnpm only chdb's own place resolves it.
  const fromChdb = createRequire(import.meta.resolve('chdb/package.json'));
  try {
    return fromChdb(name) as NativeEngine;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new MissingEngineError(`the engine package ${name} cannot be loaded: ${reason}`, { cause: error });
  }
}
