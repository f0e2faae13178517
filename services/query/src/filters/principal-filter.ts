import type { TimeRange } from '@custody/decision';
import {
  ask,
  type CandidateMatch,
  type Filter,
  type Match,
  type PrincipalKind,
  principalsNamed,
  type Scope,
  type StatementOptions,
  type StoreClient,
} from '@custody/store';
import { badParameter } from '../http/problem.ts';
import { ambiguousName, matchesLookedFor } from './ambiguous-name.ts';
import { type FilterValue, parseFilter } from './parse-filter.ts';

export interface PrincipalFilter {
  readonly filter: Filter;
  /** For humans: who may be a candidate. Nobody is possible where the filter only excludes. */
  readonly candidates: CandidateMatch | null;
}

/** Each name is looked up in the store; keys are not. */
const maxNames = 20;

const columns = {
  agent: { key: 'agent_key', prefix: 'agent|', about: ['agent_name'] },
  human: { key: 'human_key', prefix: 'human|', about: ['human_name', 'human_email'] },
} as const;

/** A prefix means whoever it fits: key, bare id, name or e-mail address. */
function prefixMatches(kind: PrincipalKind, text: string): Match[] {
  const { key, prefix, about } = columns[kind];
  return [
    { column: key, operator: 'startsWith', values: [text, prefix + text] },
    ...about.map((column): Match => ({ column, operator: 'startsWith', values: [text] })),
  ];
}

/** Whom a text names among those who answer to it: whose key or bare id it is, or the only one. */
export function pickNamed<Named extends { readonly key: string }>(
  kind: PrincipalKind,
  text: string,
  matches: readonly Named[],
): Named | undefined {
  const exact = matches.find(({ key }) => key === text || key === columns[kind].prefix + text);
  return exact ?? (matches.length === 1 ? matches[0] : undefined);
}

/** The key that a value names. Throws `QUERY_AMBIGUOUS_NAME` where several answer to it and none has it as its key. */
async function resolveKey(context: PrincipalContext, { text }: FilterValue): Promise<string> {
  const { store, kind, range, scope, options } = context;
  if (text.startsWith(columns[kind].prefix)) return text;
  const matches = await ask(store, principalsNamed(kind, text, range, matchesLookedFor, scope), options);
  const chosen = pickNamed(kind, text, matches);
  if (chosen !== undefined) return chosen.key;
  // Nobody is called so: the value itself matches nothing, and the answer is empty.
  if (matches.length === 0) return text;
  throw ambiguousName(parameterOf(context), text, matches);
}

export interface PrincipalContext {
  readonly store: StoreClient;
  readonly scope: Scope;
  readonly kind: PrincipalKind;
  readonly range: TimeRange;
  readonly options: StatementOptions;
  /** What faults are told of. Default: `agent` or `human`. */
  readonly parameter?: string;
}

function parameterOf({ parameter, kind }: PrincipalContext): string {
  return parameter ?? kind;
}

/**
 * Values that name agents or humans, by key, bare id, e-mail address or name: with the key where a name is one's alone. Throws
 * `QUERY_BAD_PARAMETER`, `QUERY_AMBIGUOUS_NAME` and `STORE_*`.
 */
export function principalValues(
  context: PrincipalContext,
  given: string | readonly string[] | undefined,
): Promise<FilterValue[]> {
  const { kind } = context;
  const parameter = parameterOf(context);
  const values = parseFilter(parameter, given);
  const names = values.filter(({ text, isPrefix }) => !isPrefix && !text.startsWith(columns[kind].prefix));
  if (names.length > maxNames) {
    throw badParameter(
      parameter,
      `has ${names.length} names; ${maxNames} at most, or keys such as ${columns[kind].prefix}…`,
    );
  }
  return Promise.all(
    values.map(async (value) => ({ ...value, text: value.isPrefix ? value.text : await resolveKey(context, value) })),
  );
}

/** A filter on agents or humans, as `principalValues` takes them. */
export async function principalFilter(
  context: PrincipalContext,
  given: string | readonly string[] | undefined,
): Promise<PrincipalFilter | null> {
  const { kind } = context;
  const resolved = await principalValues(context, given);
  if (resolved.length === 0) return null;
  const matches = (negated: boolean): Match[] => {
    const own = resolved.filter(({ isNegated }) => isNegated === negated);
    const keys = own.filter(({ isPrefix }) => !isPrefix).map(({ text }) => text);
    const byPrefix = own.filter(({ isPrefix }) => isPrefix).flatMap(({ text }) => prefixMatches(kind, text));
    return [
      ...(keys.length === 0 ? [] : [{ column: columns[kind].key, operator: 'in', values: keys } as const]),
      ...byPrefix,
    ];
  };
  const wanted = resolved.filter(({ isNegated }) => !isNegated);
  const candidates = {
    keys: wanted.filter(({ isPrefix }) => !isPrefix).map(({ text }) => text),
    prefixes: wanted.filter(({ isPrefix }) => isPrefix).flatMap(({ text }) => [text, columns[kind].prefix + text]),
  };
  return {
    filter: { include: matches(false), exclude: matches(true) },
    candidates: wanted.length === 0 ? null : candidates,
  };
}
