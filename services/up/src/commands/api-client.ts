import { CustodyError, errorKinds, httpUrl, parseConfig, type Variables } from '@custody/runtime';
import { z } from 'zod';

export const questionErrors = errorKinds({
  CUSTODY_UNREACHABLE: {
    retriable: true,
    meaning: 'No Custody answers at CUSTODY_URL.',
    remedy: 'Start it with `npx pnpm@12 start`, or set CUSTODY_URL to where it runs.',
  },
  QUESTION_REFUSED: {
    retriable: false,
    meaning: 'Custody refused the question; the message says which part of it.',
    remedy: 'Change what the message names; `custody COMMAND --help` lists the options.',
  },
});

const clientVariables = z.object({
  CUSTODY_URL: httpUrl.default('http://127.0.0.1:4800'),
  CUSTODY_TOKEN: z.string().optional(),
});

const problem = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
});

/** Asks a running Custody. Throws `CUSTODY_UNREACHABLE` or `QUESTION_REFUSED`. */
export async function ask(path: string, query: URLSearchParams, variables: Variables): Promise<unknown> {
  const { CUSTODY_URL, CUSTODY_TOKEN } = parseConfig(clientVariables, variables);
  const headers: Record<string, string> = CUSTODY_TOKEN ? { authorization: `Bearer ${CUSTODY_TOKEN}` } : {};
  const response = await fetch(`${CUSTODY_URL}/v1/${path}?${query}`, { headers }).catch((cause: unknown) => {
    throw new CustodyError(questionErrors.CUSTODY_UNREACHABLE, `Nothing answers at ${CUSTODY_URL}.`, { cause });
  });
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const { title, detail, code } = problem.catch({}).parse(body);
  const text = [title ?? `HTTP ${response.status}`, detail].filter(Boolean).join(': ');
  throw new CustodyError(questionErrors.QUESTION_REFUSED, text, { fields: { status: response.status, code } });
}
