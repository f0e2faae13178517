import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const entryPoint = join(import.meta.dirname, '..', '..', 'services', 'up', 'src', 'custody.ts');

/** What a child must not inherit from whoever runs the tests. */
const ownVariables = /^(PERMIT_|CUSTODY_|CLICKHOUSE_|KAFKA_|LOG_LEVEL$)/;

export interface CustodyProcess {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** The process of a service, by the label on the console. */
  servicePid(label: string): number;
  /** Resolves once everything is up. Rejects with the output when it ends before. */
  untilUp(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** How it ended. */
  exit(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

function cleanEnvironment(variables: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !ownVariables.test(name));
  return { ...Object.fromEntries(inherited), ...variables };
}

/** Runs a command of the real command line in a process of its own. */
export function startCustody(args: readonly string[], variables: Record<string, string>): CustodyProcess {
  return startScript(entryPoint, args, variables);
}

/** The same for a script of a test's own, which gets nothing of whoever runs the tests either. */
export function startScript(path: string, args: readonly string[], variables: Record<string, string>): CustodyProcess {
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    env: cleanEnvironment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let ended: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const exited = new Promise<void>((resolve) =>
    child.once('close', (code, signal) => {
      ended = { code, signal };
      resolve();
    }),
  );
  return {
    pid: child.pid ?? 0,
    output: () => output,
    servicePid: (label) =>
      Number(new RegExp(`${label}\\s+up \\(process (\\d+)\\)(?![\\s\\S]*${label}\\s+up)`).exec(output)?.[1]),
    untilUp: async () => {
      await eventually(
        () => ({ output, ended }),
        (seen) => seen.ended !== null || seen.output.includes('Custody is up'),
      );
      if (!output.includes('Custody is up')) throw new Error(`ended before it was up:\n${output}`);
    },
    signal: (name) => child.kill(name),
    exit: async () => {
      await exited;
      return ended ?? { code: null, signal: null };
    },
  };
}
