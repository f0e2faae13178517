import { hourMs, hourOf, parseTimeText, type TimeRange, timeTextForms } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import type { StoredEnvironment } from '@custody/store';
import { retentionErrors } from './errors.ts';

/** What the store's hours can name. */
const [leastMs, mostMs] = [0, Date.UTC(2106, 1, 7)];

export function refused(message: string): CustodyError {
  return new CustodyError(retentionErrors.RETENTION_REFUSED, message);
}

function instantOf(option: string, text: string, nowMs: number): number {
  const instant = parseTimeText(text, nowMs);
  if (instant !== null) return instant;
  throw refused(`${option} ${JSON.stringify(text.slice(0, 100))} is no time; write ${timeTextForms}.`);
}

/** The whole UTC hours that a hold touches; without a start from the beginning on, without an end for ever. Throws `RETENTION_REFUSED`. */
export function holdRange(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): TimeRange {
  const fromMs = from === undefined ? leastMs : hourOf(instantOf('--from', from, nowMs));
  const toMs = to === undefined ? mostMs : hourOf(instantOf('--to', to, nowMs) - 1) + hourMs;
  if (fromMs >= toMs) throw refused(`The range is empty: --from (${from}) is not before --to (${to}).`);
  return { fromMs, toMs: Math.min(toMs, mostMs) };
}

/** The environment that is meant, by id or by name; `undefined` for all of them. Throws `RETENTION_REFUSED`. */
export function holdEnvironment(
  env: string | undefined,
  environments: readonly StoredEnvironment[],
): string | undefined {
  if (env === undefined) return undefined;
  const meant = environments.filter(({ envId, envName }) => envId === env || envName === env);
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return only.envId;
  const known = environments.map(({ envId, envName }) => (envName === '' ? envId : `${envName} (${envId})`)).join(', ');
  const what = only === undefined ? 'is no environment in the store' : 'is the name of several environments';
  throw refused(
    `--env ${JSON.stringify(env.slice(0, 100))} ${what}; there ${environments.length === 1 ? 'is' : 'are'} ${known || 'none'}.`,
  );
}

/** A reason, which whoever looks at the hold years later has to understand. Throws `RETENTION_REFUSED`. */
export function holdReason(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > 500) throw refused('--reason has to say why, in 1 to 500 characters.');
  return text;
}
