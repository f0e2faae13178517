import { CustodyError } from '@custody/runtime';
import { expect, test } from 'vitest';
import { printLandings } from '../src/commands/follow.ts';

const decision = {
  ...{
    decision_id: '00000000-0000-4000-8000-000000000001',
    occurred_at: '2026-11-03T12:00:00.000Z',
    env_name: 'production',
  },
  ...{
    agent_key: 'agent|4f2c',
    agent_name: 'Cursor \u001b[2J',
    human_key: 'human|ada',
    human_name: 'Ada',
    human_email: '',
  },
  ...{ human_candidates: [], attribution: 'exact', evidence: 'consent', server: 'linear', resource: 'linear:linear' },
  ...{ tool: 'delete', decision: 'deny', reason: '', reason_code: 'no_permission' },
  ...{ trust_level: 'low', ceiling_level: 'high', required_level: 'high' },
};
const event = (name: string, data: object, id: string) =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Follows a service that answers with these texts, one a connection, until so many lines were printed. */
async function followed(bodies: readonly string[], lines: number, isJson = false) {
  const [out, notes, asked]: [string[], string[], (string | null)[]] = [[], [], []];
  const gone = new AbortController();
  const fetch = async (_: unknown, { headers }: RequestInit = {}) => {
    asked.push(new Headers(headers).get('last-event-id'));
    return new Response(bodies[asked.length - 1] ?? '', { headers: { 'content-type': 'text/event-stream' } });
  };
  const print = (line: string) => {
    out.push(line);
    if (out.length === lines) gone.abort();
  };
  await printLandings(
    { url: 'http://custody', fetch, signal: gone.signal },
    { isJson, timeZone: 'Europe/Berlin', out: print, note: (line) => notes.push(line) },
  );
  return { out, notes, asked };
}

test('each decision is a line, harmless on a terminal; a connection that ends is made anew after the last id', async () => {
  const first = `retry: 1\n\n${event('started', { demo: true }, 'a')}${event('decision', decision, 'b')}`;
  const second = `: still here\nid: c\n\n${event('waiting', { code: 'STORE_BUSY', remedy: 'Wait.' }, 'c')}`;
  const { out, notes, asked } = await followed([first, second, event('decision', decision, 'd')], 2);
  expect(out).toEqual(
    Array(2).fill(expect.stringMatching(/^2026-11-03 13:00:00 {2}deny {2}Cursor \S+ 4f2c {2}Ada {2}exact/)),
  );
  expect(out[0]).not.toContain('\u001b');
  expect(notes).toEqual(['DEMO: simulated decisions', 'waiting: STORE_BUSY Wait.']);
  expect(asked).toEqual([null, 'b', 'c']);
});

test('--json prints each decision as it came', async () => {
  const { out } = await followed([event('decision', decision, 'b')], 1, true);
  expect(JSON.parse(out[0] ?? '')).toEqual(decision);
});

test('where nothing answers, or the filters are refused, it says so and ends', async () => {
  const output = { isJson: false, timeZone: 'UTC', out: () => undefined, note: () => undefined };
  const problem = { code: 'QUERY_BAD_PARAMETER', title: 't', detail: 'decision: no', remedy: 'r' };
  const answers: [() => Promise<Response>, string][] = [
    [async () => Promise.reject(new TypeError('fetch failed')), 'CUSTODY_UNREACHABLE'],
    [async () => Response.json(problem, { status: 400 }), 'QUESTION_REFUSED'],
    [async () => Response.json({}, { status: 503 }), 'QUESTION_FAILED'],
  ];
  for (const [fetch, code] of answers) {
    const printing = printLandings({ url: 'http://custody', fetch }, output);
    await expect(printing).rejects.toBeInstanceOf(CustodyError);
    await expect(printing).rejects.toMatchObject({ code });
  }
});
