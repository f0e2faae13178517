import type { CustodyClient, Problem } from '@custody/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { markDrawn } from '../marks.ts';
import { api, isProblem } from './api.ts';

/** What went wrong, in the words of the API, or ours where nothing answered. */
export interface Failure {
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly status: number;
  readonly problem: Problem | null;
}

export interface Answer<Body> {
  /** The newest answer there is; of the question before, while `isOld`. */
  readonly body: Body | null;
  /** Whether `body` answers another question than the one that is asked. */
  readonly isOld: boolean;
  readonly isLoading: boolean;
  /** Of the last try; `body` may be there all the same, and is stale then. */
  readonly failure: Failure | null;
  /** When `body` came. */
  readonly atMs: number;
  readonly again: () => void;
}

type Asked<Body> = Promise<{ data?: Body; error?: unknown; response: Response }>;
type Ask<Body> = (client: CustodyClient, signal: AbortSignal) => Asked<Body>;

interface Kept {
  readonly key: string;
  readonly body: unknown;
  readonly atMs: number;
}

/** Answers of the last questions, so that going back shows them at once. */
const kept = new Map<string, Kept>();
const mostKept = 60;

function keep(entry: Kept): void {
  kept.delete(entry.key);
  kept.set(entry.key, entry);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
}

/** Forgets what was answered to somebody else. */
export function forgetAnswers(): void {
  kept.clear();
}

export function failureOf(error: unknown, status = 0, remedy = 'It is tried again by itself.'): Failure {
  if (isProblem(error)) {
    return { code: error.code, detail: error.detail, remedy: error.remedy, status, problem: error };
  }
  const detail = status === 0 ? 'Custody does not answer.' : `The answer was HTTP ${status}.`;
  return { code: 'NO_ANSWER', detail, remedy, status, problem: null };
}

interface AnswerOptions {
  /** Asks again so long after an answer; `null` or absent: once. While the page is not looked at it waits until it is. */
  readonly everyMs?: number | null;
}

/**
 * The answer to a question; `key` says what is asked, and `null` asks nothing. While a new question is being answered, the
 * answer to the one before stays, marked as old.
 */
export function useAnswer<Body>(
  key: string | null,
  ask: Ask<Body>,
  { everyMs = null }: AnswerOptions = {},
): Answer<Body> {
  const [shown, show] = useState<Kept | null>(() => (key === null ? null : (kept.get(key) ?? null)));
  const [failed, setFailed] = useState<{ key: string; failure: Failure } | null>(null);
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // `round` is there to be asked anew by hand.
  useEffect(() => {
    if (key === null) return;
    const known = kept.get(key);
    if (known !== undefined) show(known);
    const leave = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (ms: number | null) => {
      if (ms !== null && !leave.signal.aborted) timer = setTimeout(() => void run(), ms);
    };
    const run = async () => {
      if (document.hidden && round === 0 && kept.has(key)) return whenSeen(run, leave.signal);
      const failure = await askOnce(latest.current, key, leave.signal);
      if (leave.signal.aborted) return;
      if (failure === null) show(kept.get(key) ?? null);
      setFailed(failure && { key, failure });
      // What failed for a reason that may pass is tried again whatever the range.
      next(failure === null ? everyMs : failure.status === 0 || failure.status >= 429 ? 5_000 : null);
    };
    void run();
    return () => {
      leave.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, round]);
  useEffect(() => {
    if (shown !== null) markDrawn();
  }, [shown]);
  const failure = failed !== null && failed.key === key ? failed.failure : null;
  const isOld = shown !== null && shown.key !== key;
  return {
    body: (shown?.body as Body | undefined) ?? null,
    isOld,
    isLoading: key !== null && failure === null && (shown === null || isOld),
    failure,
    atMs: shown?.atMs ?? 0,
    again: () => setRound((count) => count + 1),
  };
}

/** Has it done as soon as somebody looks at the page again. */
function whenSeen(act: () => Promise<void>, signal: AbortSignal): void {
  document.addEventListener('visibilitychange', () => void act(), { once: true, signal });
}

/** Keeps the answer, or returns why there is none. */
async function askOnce<Body>(ask: Ask<Body>, key: string, signal: AbortSignal): Promise<Failure | null> {
  try {
    const { data, error, response } = await ask(api, signal);
    if (data === undefined) return failureOf(error, response.status);
    keep({ key, body: data, atMs: Date.now() });
    return null;
  } catch (error) {
    return failureOf(error);
  }
}
