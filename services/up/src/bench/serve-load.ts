import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { followDecisions } from '@custody/client';
import { verify } from './measure.ts';
import type { ServedQuestion } from './serve-questions.ts';

/** Milliseconds of each answer, by question. */
export type Times = ReadonlyMap<string, number[]>;

/** Asks over HTTP and reads the whole answer; milliseconds. Throws `BENCH_FAILED` for anything but an answer. */
export async function askOverHttp(url: string, { name, path }: ServedQuestion, agent: Agent): Promise<number> {
  const startedAt = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>();
  get(`${url}${path}`, { agent }, resolve).once('error', reject);
  const response = await promise;
  const body = await text(response);
  verify(response.statusCode === 200, `${name} was answered ${response.statusCode}: ${body.slice(0, 300)}`);
  return performance.now() - startedAt;
}

/** The questions of each turn: others in every one. */
export type Questions = (turn: number) => readonly ServedQuestion[];

/** So many clients at once, each asking all questions in an order of its own so many times. */
export async function loadOf(
  url: string,
  questions: Questions,
  { clients, rounds, signal }: { readonly clients: number; readonly rounds: number; readonly signal: AbortSignal },
): Promise<{ readonly times: Times; readonly elapsedMs: number }> {
  const times = new Map(questions(0).map(({ name }): [string, number[]] => [name, []]));
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const startedAt = performance.now();
  const client = async (number: number) => {
    for (let round = 0; round < rounds; round += 1) {
      const asked = questions(round * clients + number);
      for (const index of asked.keys()) {
        signal.throwIfAborted();
        const question = asked[(number + index) % asked.length] as ServedQuestion;
        times.get(question.name)?.push(await askOverHttp(url, question, agent));
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  agent.destroy();
  return { times, elapsedMs: performance.now() - startedAt };
}

/** The id that stands before everything that has ever landed, made of one that the service gave. */
function beforeAll(id: string): string {
  const [table] = JSON.parse(Buffer.from(id, 'base64url').toString());
  return Buffer.from(JSON.stringify([table, 0])).toString('base64url');
}

async function firstId(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${url}/v1/decisions/stream`, { headers: { accept: 'text/event-stream' }, signal });
  let seen = '';
  for await (const chunk of response.body ?? new ReadableStream<Uint8Array>()) {
    seen += Buffer.from(chunk).toString();
    const id = /^id: (\S+)$/m.exec(seen)?.[1];
    if (id !== undefined) return id;
  }
  return '';
}

/** Follows the stream from the beginning of the store until so many decisions were told; milliseconds. */
export async function streamDecisions(url: string, rows: number, signal: AbortSignal): Promise<number> {
  const lastEventId = beforeAll(await firstId(url, signal));
  const startedAt = performance.now();
  let told = 0;
  for await (const { id } of followDecisions({ url, lastEventId, signal })) {
    if (id !== '') told += 1;
    if (told >= rows) break;
  }
  verify(told >= rows, `The stream told ${told} of ${rows} decisions.`);
  return performance.now() - startedAt;
}
