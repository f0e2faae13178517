const agentPrefix = 'agent|';
const humanPrefix = 'human|';
const profilePrefix = 'user_profile:';

/** What kind of Permit user a key names. `other` are callers that the gateway did not register. */
export function principalKind(key: string): 'agent' | 'human' | 'other' {
  if (key.startsWith(agentPrefix)) return 'agent';
  return key.startsWith(humanPrefix) ? 'human' : 'other';
}

/** `user_profile:{subject}` → `human|{subject}`; `null` for any other resource instance. */
export function humanOfProfile(resourceInstance: string): string | null {
  return resourceInstance.startsWith(profilePrefix) ? humanPrefix + resourceInstance.slice(profilePrefix.length) : null;
}

/** `human|{subject}` → `{subject}`; other keys unchanged. */
export function subjectOfHuman(humanKey: string): string {
  return humanKey.startsWith(humanPrefix) ? humanKey.slice(humanPrefix.length) : humanKey;
}
