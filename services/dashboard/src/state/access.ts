import type { components } from '@custody/client';
import { Store, useStore } from './store.ts';

export type Me = components['schemas']['Me'];
export type AccessLevel = Me['scope'];

const levels: readonly AccessLevel[] = ['read', 'export', 'operate', 'admin'];

/** Who is signed in; `null` before that is known. */
export const me = new Store<Me | null>(null);

/** Whether who is signed in may do what needs a level: what may not be done is not offered. */
export function useMay(needed: AccessLevel): boolean {
  const found = useStore(me);
  return found !== null && levels.indexOf(found.scope) >= levels.indexOf(needed);
}
