import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { followDecisions } from '@custody/client';
import { verify } from './measure.ts';
import type { PageQuestion, Turn } from './serve-dashboards.ts';

/** Milliseconds of each answer, by question. */
export type Times = ReadonlyMap<string, number[]>;

async function responseTo(url: string, path: string, agent: Agent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(`${url}${path}`, { agent }, resolve).once('error', reject);
  return promise;
}

/** Node keeps to the server's own time for connections without a request only where it has one to compare it with. */
const unusedMs = 60_000;

/** A client's connections, which it keeps between its requests. */
export function keepingAgent(maxSockets = Number.POSITIVE_INFINITY): Agent {
  return new Agent({ keepAlive: true, maxSockets, timeout: unusedMs });
}

export interface HttpAnswer {
  readonly body: string;
  /** From the request to the last byte. */
  readonly elapsedMs: number;
  /** During which a statement of the request was with the store, by the service's own account. */
  readonly storeMs: number;
}

/** Asks over HTTP and reads the whole answer. Throws `BENCH_FAILED` for anything but an answer. */
export async function askOverHttp(url: string, { name, path }: PageQuestion, agent: Agent): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const response = await responseTo(url, path, agent);
  const body = await text(response);
  const elapsedMs = performance.now() - startedAt;
  verify(response.statusCode === 200, `${name} was answered ${response.statusCode}: ${body.slice(0, 300)}`);
  const [, storeMs = '0'] = /store;dur=([\d.]+)/.exec(String(response.headers['server-timing'])) ?? [];
  return { body, elapsedMs, storeMs: Number(storeMs) };
}

export interface Load {
  readonly times: Times;
  readonly elapsedMs: number;
}

/** So many clients at once, each asking one question after the other without a pause, until there is none for it any more. */
export async function loadOf(
  url: string,
  clients: number,
  next: (client: number, turn: number) => PageQuestion | null,
): Promise<Load> {
  const times = new Map<string, number[]>();
  const agent = keepingAgent(clients);
  const startedAt = performance.now();
  const client = async (number: number) => {
    for (let turn = 0; ; turn += 1) {
      const question = next(number, turn);
      if (question === null) return;
      const { elapsedMs } = await askOverHttp(url, question, agent);
      const own = times.get(question.name) ?? [];
      times.set(question.name, own);
      own.push(elapsedMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  agent.destroy();
  return { times, elapsedMs: performance.now() - startedAt };
}

/** As many connections as a browser opens to one host. */
const socketsOfBrowser = 6;

/**
 * So many clients, each with the connections of a browser, each asking what its turns have once it has paused, until there is none
 * for it any more. A question's time begins when its page asks it, also where it waits for a connection.
 */
export async function pagesOf(
  url: string,
  clients: number,
  next: (client: number, turn: number) => Turn | null,
  signal: AbortSignal,
): Promise<Load> {
  const times = new Map<string, number[]>();
  const startedAt = performance.now();
  const client = async (number: number) => {
    const agent = keepingAgent(socketsOfBrowser);
    const asked = async (question: PageQuestion) => {
      const { elapsedMs } = await askOverHttp(url, question, agent);
      const own = times.get(question.name) ?? [];
      times.set(question.name, own);
      own.push(elapsedMs);
    };
    try {
      for (let count = 0, turn = next(number, 0); turn !== null; count += 1, turn = next(number, count)) {
        await sleep(turn.pauseMs, undefined, { signal });
        await Promise.all(turn.questions.map(asked));
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return { times, elapsedMs: performance.now() - startedAt };
}

/** An export that is being read. */
export interface Exporting {
  /** Read so far. */
  readonly lines: number;
  readonly bytes: number;
  /** Settles at its end. */
  readonly done: Promise<void>;
}

/** Reads an export to its end. `done` throws for what breaks off, `BENCH_FAILED` for what is no export. */
export function readExport(url: string, path: string, signal: AbortSignal): Exporting {
  let [lines, bytes] = [0, 0];
  const read = async () => {
    const response = await fetch(`${url}${path}`, { signal });
    verify(response.status === 200, `The export was answered ${response.status}.`);
    for await (const chunk of response.body ?? new ReadableStream<Uint8Array>()) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 0x0a) lines += 1;
    }
  };
  const done = read();
  // Awaited once the load beside it is over; until then it must not end the process.
  done.catch(() => undefined);
  return {
    get lines() {
      return lines;
    },
    get bytes() {
      return bytes;
    },
    done,
  };
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
