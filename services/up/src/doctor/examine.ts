import { CustodyError, exitCodeOf } from '@custody/runtime';

/** One thing that is looked at. */
export interface Check {
  readonly name: string;
  /** Names of the checks without which this one makes no sense. */
  readonly needs: readonly string[];
  /** Says what it found. Throws a `CustodyError` that names the fault and the remedy. */
  readonly run: () => Promise<string>;
}

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'fault' | 'skipped';
  readonly text: string;
  readonly remedy: string;
  readonly code: string;
}

function faultOf(check: string, error: unknown): Finding {
  if (!(error instanceof CustodyError)) throw error;
  return { check, state: 'fault', text: error.message.trim(), remedy: error.remedy, code: error.code };
}

/** Runs the checks one after the other; one that needs a failed one is skipped. */
export async function examine(checks: readonly Check[]): Promise<{ findings: Finding[]; exitCode: number }> {
  const findings: Finding[] = [];
  const exitCodes = [0];
  for (const { name, needs, run } of checks) {
    const missing = needs.find((need) => findings.some(({ check, state }) => check === need && state !== 'ok'));
    if (missing !== undefined) {
      findings.push({ check: name, state: 'skipped', text: `needs: ${missing}`, remedy: '', code: '' });
      continue;
    }
    try {
      findings.push({ check: name, state: 'ok', text: await run(), remedy: '', code: '' });
    } catch (error) {
      findings.push(faultOf(name, error));
      exitCodes.push(exitCodeOf(error));
    }
  }
  return { findings, exitCode: Math.max(...exitCodes) };
}
