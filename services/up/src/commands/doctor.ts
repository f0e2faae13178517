import { createLogger, exitCodes, systemClock, type Variables } from '@custody/runtime';
import { createStoreClient } from '@custody/store';
import pc from 'picocolors';
import { doctorChecks, verifyingChecks } from '../doctor/checks.ts';
import { examine, type Finding } from '../doctor/examine.ts';
import { installationOf, storeLogin } from '../installation.ts';
import { apiUrl } from './api-client.ts';
import { interruption } from './interruption.ts';

const marks = { ok: pc.green('ok'), fault: pc.red('FAULT'), skipped: pc.dim('skipped') };

function findingText({ check, state, text, remedy, code }: Finding): string {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(25);
  const label = marks[state] + ' '.repeat(9 - state.length);
  const lines = [`${label}${check.padEnd(16)}${first}`, ...rest.map((line) => `${indent}${line.trim()}`)];
  return [...lines, ...(state === 'fault' ? [`${indent}→ ${remedy} [${code}]`] : [])].join('\n');
}

export interface DoctorArguments {
  readonly json?: boolean;
  /** Whether what differs is put on record and repaired. */
  readonly repair?: boolean;
  /** Whether only what is kept is held against what it has to be. */
  readonly onlyVerify?: boolean;
}

/** On a terminal one line that moves; elsewhere nothing: what was found comes at the end. */
function terminalLine(json: boolean): { readonly show: (text: string) => void; readonly clear: () => void } {
  const isShown = process.stderr.isTTY === true && !json;
  const write = (text: string) => {
    if (isShown) process.stderr.write(`\r\u001b[K${text}`);
  };
  return { show: write, clear: () => write('') };
}

/** Looks at an installation, or at what it keeps, and says what is wrong with it. Resolves with the exit code. */
export async function runDoctor(
  variables: Variables,
  { json = false, repair = false, onlyVerify = false }: DoctorArguments,
): Promise<number> {
  const logger = createLogger({ service: 'doctor', level: 'silent' });
  using interrupted = interruption();
  const { signal } = interrupted;
  const line = terminalLine(json);
  const checks = doctorChecks({
    ...{ variables, clock: systemClock, repair },
    apiUrl: apiUrl(variables),
    installation: installationOf,
    connect: (config, installation) =>
      createStoreClient({ ...storeLogin(config, installation), application: 'custody-doctor', logger }),
    progress: { signal, onProgress: line.show },
  });
  const chosen = onlyVerify ? checks.filter(({ name }) => verifyingChecks.has(name)) : checks;
  const { findings, exitCode } = await examine(chosen).finally(line.clear);
  const text = json ? JSON.stringify({ ok: exitCode === 0, findings }, null, 2) : findings.map(findingText).join('\n');
  process.stdout.write(`${text}\n`);
  return signal.aborted ? exitCodes.interrupted : exitCode;
}
