import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CustodyProcess } from '../../kit/custody-process.ts';

/** A process that is killed and started again, and must never end by itself. */
export class Member {
  readonly #launch: () => CustodyProcess;
  #process: CustodyProcess | undefined;
  #isEnding = false;
  /** What it wrote when it ended unasked. */
  #failure: string | undefined;

  constructor(launch: () => CustodyProcess) {
    this.#launch = launch;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get output(): string {
    return this.#process?.output() ?? '';
  }

  /** Whether it takes decisions. */
  get isReady(): boolean {
    return this.output.includes('taking decisions');
  }

  start(): void {
    const process = this.#launch();
    this.#process = process;
    this.#isEnding = false;
    void process.exit().then(({ code, signal }) => {
      if (this.#process !== process || this.#isEnding) return;
      this.#failure = `ended by itself with ${signal ?? `code ${code}`}:\n${process.output().slice(-4_000)}`;
    });
  }

  /** SIGTERM lets it leave in order. Resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.#process === undefined) return;
    this.#isEnding = true;
    this.#process.signal(signal);
    await this.#process.exit();
  }

  async killAndStart(): Promise<void> {
    await this.end();
    this.start();
  }

  /**
   * Stops it for so long; resolves when it goes on. Another process sees to that: one that is stopped in the middle of a
   * write to an embedded log keeps the log's lock, for which the process of the test may be waiting.
   */
  async freeze(forMs: number): Promise<void> {
    const script = 'kill -STOP "$1"; sleep "$2"; kill -CONT "$1"';
    await promisify(execFile)('sh', ['-c', script, 'freeze', String(this.pid), String(forMs / 1_000)]);
  }
}
