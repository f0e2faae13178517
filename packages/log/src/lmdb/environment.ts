import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { type Database, open, type RootDatabase } from 'lmdb';
import { logErrors } from '../errors.ts';
import { checkDataFile } from './data-file.ts';
import { storageError } from './storage-error.ts';

const formatVersion = 1;
const maxReaders = 512;
/** Operations that arrive while others wait share one commit; more than this would hold the lock for long. */
const maxOperationsPerCommit = 64;

interface Pending {
  readonly operation: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One lmdb environment, shared with other processes. Writes are synchronous transactions: the lock that all processes
 * share is never held across an await, so that a busy event loop here cannot stop the writers elsewhere. A commit is on
 * disk when `write` resolves; a process that dies inside one leaves nothing of it.
 */
export class Environment {
  readonly directory: string;
  readonly #root: RootDatabase;
  readonly #meta: Database<number, string>;
  #queue: Pending[] = [];
  #scheduled = false;
  #closed = false;

  constructor(directory: string) {
    this.directory = directory;
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      chmodSync(directory, 0o700);
      checkDataFile(directory);
      this.#root = open({
        path: directory,
        noSubdir: false,
        // With it, a commit would be visible before it is durable.
        overlappingSync: false,
        maxReaders,
      });
      this.#meta = this.#root.openDB({ name: 'meta', encoding: 'json' });
      this.#checkFormat();
    } catch (error) {
      throw storageError(error, directory);
    }
  }

  /** A table with JSON values under strings or tuples. */
  table<Value, Key extends string | (string | number)[]>(name: string): Database<Value, Key> {
    return this.#root.openDB<Value, Key>({ name, encoding: 'json' });
  }

  /** A table of bytes under bytes, in byte order. */
  bytes(name: string): Database<Buffer, Buffer> {
    return this.#root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
  }

  /** Runs a read on the newest commit and translates its errors. */
  read<T>(operation: () => T): T {
    this.#assertOpen();
    try {
      this.#root.resetReadTxn();
      return operation();
    } catch (error) {
      throw storageError(error, this.directory);
    }
  }

  /**
   * Runs the operation in a write transaction; resolves once it is durable. The operation must not be async and must
   * change nothing but the tables: it runs a second time when another one that shared its commit has thrown.
   */
  write<T>(operation: () => T): Promise<T> {
    this.#assertOpen();
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ operation, resolve: (result) => resolve(result as T), reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  /** Counts up with every commit that others may be waiting for. */
  get pulse(): number {
    return this.read(() => this.#meta.get('pulse') ?? 0);
  }

  /** Part of a write operation: has everyone who waits look again. */
  beat(): void {
    this.#meta.put('pulse', (this.#meta.get('pulse') ?? 0) + 1);
  }

  /** Frees what readers that died left locked; until then lmdb keeps the pages that they could still see. */
  releaseDeadReaders(): void {
    this.read(() => this.#root.readerCheck());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#queue.length > 0) this.#flush();
    this.#closed = true;
    await this.#root.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new CustodyError(logErrors.LOG_CLOSED, `The log in ${this.directory} is closed`);
  }

  #flush(): void {
    this.#scheduled = false;
    const batch = this.#queue.splice(0, maxOperationsPerCommit);
    if (this.#queue.length > 0) {
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    }
    if (batch.length === 0) return;
    try {
      const results = this.#commit(() => batch.map(({ operation }) => operation()));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(storageError(error, this.directory));
      else for (const one of batch) this.#commitAlone(one);
    }
  }

  #commitAlone({ operation, resolve, reject }: Pending): void {
    try {
      resolve(this.#commit(() => [operation()])[0]);
    } catch (error) {
      reject(storageError(error, this.directory));
    }
  }

  /** The results come in an array because lmdb would wait for a thenable with the lock held. */
  #commit(operation: () => unknown[]): unknown[] {
    return this.#root.transactionSync(operation);
  }

  #checkFormat(): void {
    const found = this.#root.transactionSync(() => {
      const stored = this.#meta.get('format');
      if (stored === undefined) this.#meta.put('format', formatVersion);
      return stored ?? formatVersion;
    });
    if (found <= formatVersion) return;
    void this.#root.close();
    throw new CustodyError(
      logErrors.LOG_FORMAT_UNKNOWN,
      `${join(this.directory, 'data.mdb')} has format ${found}; this version reads up to ${formatVersion}`,
      { fields: { directory: this.directory, found, supported: formatVersion } },
    );
  }
}
