import { useEffect } from 'preact/hooks';
import { markDrawn } from '../marks.ts';
import { literal } from '../state/filters.ts';
import { Store, useStore } from '../state/store.ts';
import type { View } from '../state/view.ts';
import { api } from './api.ts';

type Kind = 'agent' | 'human';

/** What keys are called; rows that count know keys only. Names that came with other answers are put here too. */
const names = new Store<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

/** Takes along what an answer called somebody. */
export function learnNames(pairs: readonly (readonly [key: string, name: string])[]): void {
  const fresh = pairs.filter(([key, name]) => key !== '' && name !== '' && names.value.get(key) !== name);
  if (fresh.length === 0) return;
  names.set(new Map([...names.value, ...fresh]));
  markDrawn();
}

async function ask(kind: Kind, keys: readonly string[], { span }: View): Promise<void> {
  const list = keys.map(literal).join(',');
  const range = { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() };
  const query = { ...range, limit: String(keys.length) };
  if (kind === 'agent') {
    const { data } = await api.GET('/v1/agents', { params: { query: { ...query, agent: list } } });
    learnNames((data?.data ?? []).map(({ agent, name }) => [agent, name]));
  } else {
    const { data } = await api.GET('/v1/humans', { params: { query: { ...query, human: list } } });
    learnNames((data?.data ?? []).map(({ human, name, email }) => [human, name || email]));
  }
}

/** As many as one question names. */
const mostAtOnce = 150;
/** What is about to be asked, by kind and range: the rows of a table ask one by one, and at once. */
const waiting = new Map<string, Set<string>>();

function askSoon(kind: Kind, keys: readonly string[], view: View): void {
  const of = `${kind} ${view.range.from} ${view.range.to}`;
  const others = waiting.get(of);
  const all = others ?? new Set<string>();
  for (const key of keys) all.add(key);
  if (others !== undefined) return;
  waiting.set(of, all);
  setTimeout(() => {
    waiting.delete(of);
    const list = [...all];
    for (let from = 0; from < list.length; from += mostAtOnce) {
      const some = list.slice(from, from + mostAtOnce);
      ask(kind, some, view).catch(() => {
        for (const key of some) asked.delete(key);
      });
    }
  });
}

/** What is known by now. */
export function useKnownNames(): ReadonlyMap<string, string> {
  return useStore(names);
}

/** What keys are called, as soon as it is known; each is asked for once. */
export function useNames(kind: Kind, keys: readonly string[], view: View): ReadonlyMap<string, string> {
  const known = useStore(names);
  const missing = keys.filter((key) => key !== '' && !known.has(key) && !asked.has(key));
  const text = missing.join('\n');
  useEffect(() => {
    if (missing.length === 0) return;
    for (const key of missing) asked.add(key);
    askSoon(kind, missing, view);
  }, [kind, text]);
  return known;
}

/** Forgets what somebody else was told. */
export function forgetNames(): void {
  names.set(new Map());
  asked.clear();
}
