/** What narrows a question, by the names that the API has for it. */
export const filterNames = [
  'agent',
  'human',
  'server',
  'tool',
  'decision',
  'reason_code',
  'attribution',
  'trust_level',
  'q',
] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Partial<Record<FilterName, string>>;

/** The words of Permit's users. */
export const filterLabels: Readonly<Record<FilterName, string>> = {
  agent: 'Agent',
  human: 'Human',
  server: 'Server',
  tool: 'Tool',
  decision: 'Decision',
  reason_code: 'Reason',
  attribution: 'Certainty',
  trust_level: 'Consent level',
  q: 'Reason text',
};

/** The choices of filters that have a few; the others take any text. */
export const filterChoices: Partial<Readonly<Record<FilterName, readonly string[]>>> = {
  decision: ['allow', 'deny', 'unknown'],
  reason_code: [
    ...['no_permission', 'no_such_action', 'no_such_resource', 'no_such_tenant', 'no_role_in_tenant'],
    ...['no_user_roles', 'no_graph_roles', 'user_not_synced', 'no_matching_usersets', 'no_matching_resourcesets'],
    ...['no_matching_rules', 'disabled', 'other'],
  ],
  attribution: ['exact', 'inferred', 'ambiguous', 'unknown', 'none'],
  trust_level: ['low', 'medium', 'high'],
};

/** The filter that means exactly this text: in the API's language `,`, `!` and `*` have a meaning. */
export function literal(text: string): string {
  return text.replaceAll(/[\\,!*]/g, '\\$&');
}

/** The values of a filter as they are written, cut at its commas. */
export function valuesOf(text: string): string[] {
  return text.match(/(?:\\.|[^,\\])+/gs) ?? [];
}

/** What a written value is about, and whether it excludes or is a beginning only. */
export function readValue(written: string): { text: string; isNegated: boolean; isPrefix: boolean } {
  const isNegated = written.startsWith('!');
  // An even number of backslashes before it, that is: none of them is about it.
  const isPrefix = /(?:^|[^\\])(?:\\\\)*\*$/.test(written);
  const text = written.slice(isNegated ? 1 : 0, isPrefix ? -1 : undefined).replaceAll(/\\(.)/gs, '$1');
  return { text, isNegated, isPrefix };
}

/** The filter with a value more; one that was there already stays once. */
export function withValue(text: string | undefined, written: string): string {
  return [...new Set([...valuesOf(text ?? ''), written])].join(',');
}

/** The filter without a value; `''` where it was the only one. */
export function withoutValue(text: string, written: string): string {
  return valuesOf(text)
    .filter((one) => one !== written)
    .join(',');
}
