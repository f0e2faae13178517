import { createLogger, systemClock, type Variables } from '@custody/runtime';
import { createStoreClient } from '@custody/store';
import pc from 'picocolors';
import { doctorChecks } from '../doctor/checks.ts';
import { examine, type Finding } from '../doctor/examine.ts';
import { installationOf, storeLogin } from '../installation.ts';
import { apiUrl } from './api-client.ts';

const marks = { ok: pc.green('ok'), fault: pc.red('FAULT'), skipped: pc.dim('skipped') };

function findingText({ check, state, text, remedy, code }: Finding): string {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(25);
  const label = marks[state] + ' '.repeat(9 - state.length);
  const lines = [`${label}${check.padEnd(16)}${first}`, ...rest.map((line) => `${indent}${line.trim()}`)];
  return [...lines, ...(state === 'fault' ? [`${indent}→ ${remedy} [${code}]`] : [])].join('\n');
}

/** Looks at an installation and says what is wrong with it. Resolves with the exit code. */
export async function runDoctor(variables: Variables, { json }: { readonly json: boolean }): Promise<number> {
  const logger = createLogger({ service: 'doctor', level: 'silent' });
  const checks = doctorChecks({
    variables,
    clock: systemClock,
    apiUrl: apiUrl(variables),
    installation: installationOf,
    connect: (config, installation) =>
      createStoreClient({ ...storeLogin(config, installation), application: 'custody-doctor', logger }),
  });
  const { findings, exitCode } = await examine(checks);
  const text = json ? JSON.stringify({ ok: exitCode === 0, findings }, null, 2) : findings.map(findingText).join('\n');
  process.stdout.write(`${text}\n`);
  return exitCode;
}
