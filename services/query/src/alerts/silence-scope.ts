import { type FilterValue, parseFilterText } from '@custody/decision';
import type { SilenceLabel, SilenceMatcher } from '@custody/detect';
import { isWithinEnvironments, type Scope } from '@custody/store';

/** Names of environments, by id. */
export type EnvironmentNames = ReadonlyMap<string, readonly string[]>;

const ofNobody: readonly SilenceLabel[] = ['env', 'rule', 'detector', 'severity'];

/** The ids of the environments that a text names, as the alerter takes it. */
function environmentsNamed(text: string, names: EnvironmentNames): string[] {
  return [...names].filter(([id, known]) => id === text || known.includes(text)).map(([id]) => id);
}

/**
 * What keeps a silence from lying surely within a scope, in words; `null` where it does. Each kind that a token is restricted
 * to has to be named, exactly and with nothing but what it may see; and, of a part of an environment, nobody else.
 */
export function beyondScope(matcher: SilenceMatcher, scope: Scope, names: EnvironmentNames): string | null {
  const values = (label: SilenceLabel): FilterValue[] => parseFilterText(matcher[label] ?? []);
  const isWithin = (label: SilenceLabel, isSeen: (text: string) => boolean) => {
    const all = values(label);
    return all.length > 0 && all.every(({ text, isPrefix, isNegated }) => !isPrefix && !isNegated && isSeen(text));
  };
  const { envIds, servers, humans } = scope;
  const isOurs = (text: string) => {
    const found = environmentsNamed(text, names);
    return envIds?.includes(text) || (found.length > 0 && found.every((id) => envIds?.includes(id)));
  };
  if (envIds !== null && !isWithin('env', (text) => isOurs(text) === true)) {
    return 'It has to name its environments (env), all of them ones that the token shows, without ! and *.';
  }
  if (servers !== null && !isWithin('server', (text) => servers.includes(text))) {
    return 'It has to name its servers (server), all of them ones that the token shows, without ! and *.';
  }
  if (humans !== null && !isWithin('human', (text) => humans.includes(text) || humans.includes(`human|${text}`))) {
    return 'It has to name its humans (human), all of them ones that the token shows, without ! and *.';
  }
  if (!isWithinEnvironments(scope)) return null;
  const own: readonly SilenceLabel[] = [
    ...ofNobody,
    ...(servers === null ? [] : (['server', 'tool'] as const)),
    ...(humans === null ? [] : (['human'] as const)),
  ];
  const foreign = (Object.keys(matcher) as SilenceLabel[]).filter((label) => !own.includes(label));
  return foreign.length === 0 ? null : `It may go by ${own.join(', ')} only, not by ${foreign.join(', ')}.`;
}
