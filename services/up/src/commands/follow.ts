import { CustodyApiError, type FollowNote, type FollowOptions, followDecisions } from '@custody/client';
import { CustodyError, type Variables } from '@custody/runtime';
import { z } from 'zod';
import { harmless } from '../dead-letters/letter-bytes.ts';
import { apiLogin, problemError, unreachable } from './api-client.ts';
import { interruption } from './interruption.ts';
import { decisionOutcome } from './views.ts';

export interface FollowOutput {
  /** Every field, one decision a line. */
  readonly isJson: boolean;
  readonly timeZone: string;
  readonly out: (line: string) => void;
  /** What is no decision: that the service is waited for, and the like. */
  readonly note: (line: string) => void;
}

/** What a reader is told of a stream's own events; nothing of those that change nothing for him. */
function noteText({ name, data }: FollowNote): string | null {
  const { remedy = '', code = '' } = z.looseObject({ code: z.string(), remedy: z.string() }).partial().parse(data);
  if (name === 'started') return data.demo === true ? 'DEMO: simulated decisions' : null;
  if (name === 'reset') return 'the store is another one: what landed before now may be missing';
  if (name === 'lost') return 'the connection was lost; connecting anew';
  if (name === 'waiting' || name === 'failed') return `${name}: ${code} ${remedy}`;
  return name === 'dropped' ? 'this end was too slow; connecting anew' : null;
}

/** Prints decisions as they land until the signal aborts. Throws `QUESTION_REFUSED`, `QUESTION_FAILED` or `CUSTODY_UNREACHABLE`. */
export async function printLandings(options: FollowOptions, output: FollowOutput): Promise<void> {
  const { isJson, timeZone, out, note } = output;
  const onNote = (event: FollowNote) => {
    const text = noteText(event);
    if (text !== null) note(harmless(text));
  };
  try {
    for await (const { decision } of followDecisions({ ...options, onNote })) {
      out(isJson ? JSON.stringify(decision) : harmless(Object.values(decisionOutcome(decision, timeZone)).join('  ')));
    }
  } catch (error) {
    if (error instanceof CustodyApiError) throw problemError(error.status, error.problem);
    throw error instanceof CustodyError ? error : unreachable(options.url, error);
  }
}

/** `custody decisions --follow`: until it is interrupted. */
export async function follow(query: URLSearchParams, isJson: boolean, variables: Variables): Promise<void> {
  using interrupted = interruption();
  const timeZone = query.get('tz') ?? 'UTC';
  const lastEventId = query.get('cursor');
  for (const name of ['tz', 'cursor']) query.delete(name);
  const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
  await printLandings(
    {
      ...apiLogin(variables),
      query: Object.fromEntries(query),
      signal: interrupted.signal,
      ...(lastEventId !== null && { lastEventId }),
    },
    { isJson, timeZone, out: write(process.stdout), note: write(process.stderr) },
  );
}
