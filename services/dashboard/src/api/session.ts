import { Store } from '../state/store.ts';

/** Kept for this tab and until it is closed, nowhere else. */
const key = 'custody.token';

export interface Session {
  readonly token: string | null;
  /** Why the last token does not do any more; shown where a new one is asked for. */
  readonly notice: string;
  /** Whether an answer said that a token is needed. */
  readonly isRefused: boolean;
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, token);
  } catch {
    // Then it holds until the page is loaded anew.
  }
}

export const session = new Store<Session>({ token: stored(), notice: '', isRefused: false });

export function signIn(token: string): void {
  store(token);
  session.set({ token, notice: '', isRefused: false });
}

export function signOut(notice = ''): void {
  store(null);
  session.set({ token: null, notice, isRefused: true });
}

/** An answer said that this token does not do; one that was replaced meanwhile changes nothing. */
export function refuse(token: string | null, detail: string): void {
  if (session.value.token !== token) return;
  signOut(token === null ? '' : detail);
}
