import { secondMs } from '@custody/decision';
import { CustodyError, exitCodes, type Variables } from '@custody/runtime';
import { type RulesSource, readRulesSource, usualRulesFile } from '../rules/rules-source.ts';
import { backtestText, rulesText } from '../rules/rules-text.ts';
import { ask, call, questionErrors } from './api-client.ts';

export interface BacktestArguments {
  readonly from?: string;
  readonly to?: string;
  readonly env?: string;
  readonly json?: boolean;
}

const usualAlerts = 50;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says how long something takes: in a line that moves on a terminal, now and then elsewhere; nothing where nobody reads. */
async function waiting<Found>(what: string, isQuiet: boolean, work: Promise<Found>): Promise<Found> {
  if (isQuiet) return work;
  const isTerminal = process.stderr.isTTY === true;
  const startedAt = performance.now();
  const timer = setInterval(
    () => {
      const text = `${what}: ${Math.round((performance.now() - startedAt) / secondMs)} s`;
      process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    isTerminal ? secondMs : 10 * secondMs,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (isTerminal) process.stderr.write('\r\u001b[K');
  }
}

/** Has a running Custody judge its past by rules; only what the rules say leaves this machine. */
function backtested(source: RulesSource | null, { from, to, env, json }: BacktestArguments, variables: Variables) {
  const body = {
    ...(source === null ? {} : { rules: [...source.documents] }),
    ...{ ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(env !== undefined && { env }) },
  };
  const asked = call({ method: 'POST', path: 'rules/backtest', body }, variables);
  return waiting(`judging ${from ?? '-30d'} to ${to ?? 'now'}`, json === true, asked);
}

/** `rules list`. Throws what asking throws. */
export async function listRules(variables: Variables, json: boolean): Promise<void> {
  const answer = await ask('rules', new URLSearchParams(), variables);
  print(json ? JSON.stringify(answer, null, 2) : rulesText(answer));
}

/** `rules backtest`. Throws `CONFIG_INVALID` for a wrong file, and what asking throws. */
export async function backtestRules(file: string | undefined, given: BacktestArguments, variables: Variables) {
  const source = file === undefined ? null : readRulesSource(file);
  const answer = await backtested(source, given, variables);
  print(given.json === true ? JSON.stringify(answer, null, 2) : backtestText(answer, usualAlerts));
}

function isUnreachable(error: unknown): boolean {
  return error instanceof CustodyError && error.code === questionErrors.CUSTODY_UNREACHABLE.code;
}

/** `rules test`: checks a file, and judges the last day by it where a Custody answers. Resolves with the exit code. */
export async function testRules(
  file: string | undefined,
  given: BacktestArguments,
  variables: Variables,
): Promise<number> {
  const source = readRulesSource(file ?? usualRulesFile(variables));
  const { path, documents } = source;
  const count = `${documents.length} ${documents.length === 1 ? 'rule' : 'rules'}`;
  const isJson = given.json === true;
  if (!isJson) print(`${path}: ${count}, no fault.`);
  const answer =
    documents.length === 0
      ? null
      : await backtested(source, { from: '-24h', ...given }, variables).catch((error: unknown) => {
          if (!isUnreachable(error)) throw error;
          process.stderr.write('No Custody answers at CUSTODY_URL: only what the file says was checked.\n');
          return null;
        });
  if (isJson) print(JSON.stringify({ file: path, rules: documents.length, backtest: answer }, null, 2));
  else if (answer !== null) print(`\n${backtestText(answer, usualAlerts)}`);
  return exitCodes.ok;
}
