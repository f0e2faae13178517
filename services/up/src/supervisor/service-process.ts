import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ServiceReport } from '@custody/runtime';

/** How a process's runtime keeps house. */
export interface ServiceRuntime {
  /** Options of the runtime itself. */
  readonly options: readonly string[];
  /** Variables of the process, unless whoever starts Custody has set them. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ServiceSpec {
  /** The command of the `custody` command line that runs it, and its name in messages. */
  readonly command: string;
  readonly label: string;
  readonly variables: NodeJS.ProcessEnv;
  readonly runtime?: ServiceRuntime;
}

export type ServiceFailure = Extract<ServiceReport, { type: 'failed' }>;

/** How a service's process ended. */
export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly wasReady: boolean;
  readonly failure: ServiceFailure | null;
}

const entryPoint = new URL('../custody.ts', import.meta.url);
const killAfterMs = 7_000;

/**
 * Where this process keeps what it has compiled, a service does so as well, from its first line on: one that has to compile a
 * single file of types keeps the compiler for its whole life, which is some seventeen megabytes.
 */
function compiledCode(): NodeJS.ProcessEnv {
  const compiled = getCompileCacheDir();
  return compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) };
}

/** One run of a service in a process of its own, in a process group of its own: Ctrl-C reaches it through us, in order. */
export class ServiceProcess {
  readonly ready: Promise<void>;
  readonly exited: Promise<ServiceExit>;
  readonly #child: ChildProcess;

  constructor({ runtime, ...spec }: ServiceSpec, onLine: (line: string) => void) {
    this.#child = fork(entryPoint, [spec.command], {
      env: { ...compiledCode(), ...runtime?.variables, ...spec.variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      ...(runtime && { execArgv: [...process.execArgv, ...runtime.options] }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) readLines(stream, onLine);
    let wasReady = false;
    let failure: ServiceFailure | null = null;
    this.ready = new Promise((resolve) => {
      this.#child.on('message', (report: ServiceReport) => {
        if (report.type === 'failed') failure = report;
        if (report.type !== 'ready') return;
        wasReady = true;
        resolve();
      });
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve({ code: null, signal: null, wasReady, failure }));
      this.#child.once('exit', (code, signal) => resolve({ code, signal, wasReady, failure }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the process to end and kills it when it does not. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.exited;
    clearTimeout(timer);
  }
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
