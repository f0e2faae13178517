const prefix = /^(agent|human)\|/;

/** The part of a key that tells it from others, short. */
export function shortId(key: string): string {
  const bare = key.replace(prefix, '');
  const [, first] = /^([0-9a-f]{8})-[0-9a-f-]{27}$/i.exec(bare) ?? [];
  return first ?? (bare.length > 16 ? `${bare.slice(0, 14)}…` : bare);
}

/** Whether a caller's key is a human's own. */
export function isHumanKey(key: string): boolean {
  return key.startsWith('human|');
}

export const verdictWords: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  deny: 'Denied',
  unknown: 'Unknown',
};

export const certaintyWords: Readonly<Record<string, string>> = {
  exact: 'for certain',
  inferred: 'inferred',
  ambiguous: 'one of several',
  unknown: 'not known',
  none: 'no human',
};

/** `no_such_action` → `no such action`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
