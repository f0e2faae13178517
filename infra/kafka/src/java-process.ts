import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Distribution } from './distribution.ts';

const maxSaidLength = 4_000;
const small = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:-UsePerfData', '-Xlog:disable'];
/** Classes come from Kafka's own jars: to verify each of them again takes a sixth of a start. */
const quick = [
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-XX:+UnlockDiagnosticVMOptions',
  '-XX:-BytecodeVerificationRemote',
];

/** Only what Java needs: whatever else the caller was given is no business of the broker. */
function environment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL', 'JAVA_HOME'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** How every process of a cluster is launched. */
export interface Launch {
  readonly distribution: Distribution;
  /** Further flags of the virtual machine. */
  readonly flags: readonly string[];
}

/** A main class of Kafka in a process of its own. */
export class JavaProcess {
  readonly #child: ChildProcess;
  #said = '';
  /** Resolves when it is gone, whatever the reason; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  /** `directory` is where its log goes and the place it runs in. */
  constructor(main: string, args: readonly string[], directory: string, { distribution, flags }: Launch) {
    const logging = [
      `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'log4j2.xml')}`,
      `-Dcustody.kafka.log=${join(directory, 'broker.log')}`,
    ];
    const classPath = ['-cp', join(distribution.jars, '*')];
    this.#child = spawn('java', [...small, ...quick, ...flags, ...logging, ...classPath, main, ...args], {
      cwd: directory,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#said = (this.#said + chunk).slice(-maxSaidLength);
      });
    }
    this.exited = new Promise((resolve) => {
      // Not "exit": only now has everything arrived that it wrote.
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
      this.#child.once('error', () => resolve({ code: null, signal: null }));
    });
  }

  /** The end of what it wrote to stdout and stderr. */
  get said(): string {
    return this.#said.trim();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}
