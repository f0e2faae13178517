import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Named pipes between the engine and HTTP. The engine's C interface returns whole results and takes whole statements;
 * through a pipe every format streams both ways with the operating system's back pressure and 64 KiB of buffer.
 */
export class PipePool {
  readonly #free: string[];

  private constructor(paths: string[]) {
    this.#free = paths;
  }

  /** Makes `count` pipes in an existing private directory. */
  static async create(directory: string, count: number): Promise<PipePool> {
    const paths = Array.from({ length: count }, (_, index) => join(directory, `pipe-${index}`));
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
    return new PipePool(paths);
  }

  /** Throws when more are taken than admission allows: a fault of ours. */
  take(): string {
    const path = this.#free.pop();
    if (path === undefined) throw new Error('no pipe is free: admission let too many queries in');
    return path;
  }

  /** Only after the engine has let go of the pipe: what remains in it would reach the next query. */
  giveBack(path: string): void {
    this.#free.push(path);
  }
}

export interface PipeReader {
  readonly stream: Socket;
  /** Lets the stream end once what is in the pipe has been read. */
  finish(): void;
}

/** Opens the reading end. Our own writing end keeps it from ending before the engine has opened the pipe. */
export function openReader(path: string): PipeReader {
  const guard = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { stream: new Socket({ fd, readable: true, writable: false }), finish: () => closeSync(guard) };
}

/**
 * Opens the writing end as soon as the engine reads, or returns undefined when `settled` says that it never will.
 * A writer that came and went before the engine opened the pipe would leave the engine waiting for ever.
 */
export async function openWriter(path: string, settled: () => boolean): Promise<Socket | undefined> {
  for (let waitMs = 1; !settled(); waitMs = Math.min(waitMs * 1.5, 20)) {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await delay(waitMs);
    }
  }
  return undefined;
}
