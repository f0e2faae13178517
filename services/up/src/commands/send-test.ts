import { dirname, resolve } from 'node:path';
import { type Channel, readChannels, sendOverHttp, sendTest, type TestResult } from '@custody/alerter';
import { secondMs } from '@custody/decision';
import { exitCodes, httpUrl, invalidConfig, readConfigDocument, systemClock, type Variables } from '@custody/runtime';
import { interruption } from './interruption.ts';

export interface SendTestArguments {
  readonly channel?: string;
  readonly json?: boolean;
}

/** The channels of the rules file that are asked for. Throws `CONFIG_INVALID` with every fault. */
function chosenChannels(variables: Variables, name: string | undefined): readonly Channel[] {
  const path = variables.CUSTODY_RULES_FILE?.trim() || 'custody.rules.yaml';
  const { value, faults } = readConfigDocument(path);
  const given = typeof value === 'object' && value !== null && 'channels' in value ? value.channels : undefined;
  const read = readChannels(given, variables, dirname(resolve(path)));
  const found = [...faults, ...read.faults];
  if (found.length > 0) throw invalidConfig(found.map((fault) => `${path}: ${fault}`));
  const chosen = name === undefined ? read.channels : read.channels.filter((channel) => channel.name === name);
  if (chosen.length > 0) return chosen;
  const names = read.channels.map((channel) => channel.name).join(', ') || 'none';
  throw invalidConfig([`${path}: channels: has ${name === undefined ? 'none' : `no ${name}`}; there are: ${names}`]);
}

function resultText({ channel, kind, host, outcome, status, attempts, code, detail, remedy }: TestResult): string {
  const where = `${channel} (${kind}, ${host})`;
  if (outcome === 'delivered') return `${where}: delivered, answered ${status}`;
  return `${where}: not delivered after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${detail}\n  → ${remedy} [${code}]`;
}

/** Sends tests and prints what came of each. Resolves with the exit code. Throws `CONFIG_INVALID`. */
export async function runSendTest(variables: Variables, { channel, json = false }: SendTestArguments): Promise<number> {
  const channels = chosenChannels(variables, channel);
  const publicUrl = httpUrl.optional().catch(undefined).parse(variables.CUSTODY_PUBLIC_URL) ?? '';
  using interrupted = interruption();
  const options = {
    send: sendOverHttp(),
    clock: systemClock,
    random: Math.random,
    publicUrl,
    signal: interrupted.signal,
  };
  const results = await Promise.all(
    channels.map((one) =>
      sendTest(one, {
        ...options,
        onAttempt: ({ channel: name, problem, pauseMs }) =>
          process.stderr.write(`${name}: ${problem} Again in ${Math.ceil(pauseMs / secondMs)} s.\n`),
      }),
    ),
  ).catch((error: unknown) => {
    if (interrupted.signal.aborted) return null;
    throw error;
  });
  if (results === null) return exitCodes.interrupted;
  process.stdout.write(`${json ? JSON.stringify(results, null, 2) : results.map(resultText).join('\n')}\n`);
  return results.every(({ outcome }) => outcome === 'delivered') ? exitCodes.ok : exitCodes.failed;
}
