import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** An event as a client sees it. */
export interface SeenEvent {
  readonly name: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

function eventOf(block: string, lastId: string): { event: SeenEvent | null; lastId: string } {
  const fields = block.split('\n').map((line) => /^([a-z]+): ?(.*)$/.exec(line)?.slice(1) ?? []);
  const value = (name: string) => fields.find(([field]) => field === name)?.[1];
  const id = value('id') ?? lastId;
  const data = value('data');
  if (data === undefined) return { event: null, lastId: id };
  return { event: { name: value('event') ?? 'message', id, data: JSON.parse(data) }, lastId: id };
}

/** A client of the stream that keeps what it sees. */
export interface Listener {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: SeenEvent[];
  /** The last id, of events and of heartbeats. */
  lastId(): string;
  comments(): number;
  decisions(): string[];
  /** Resolves when the service has ended the stream. */
  readonly ended: Promise<void>;
  /** Begins to read, where it does not from the beginning. */
  read(): void;
  /** Goes away. */
  leave(): void;
}

function respond(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers, agent: false }, resolve).once('error', reject);
  return promise;
}

/** Connects to a stream; resolves when the answer has begun. */
export async function listenTo(
  url: string,
  headers: Record<string, string> = {},
  { isReading = true } = {},
): Promise<Listener> {
  const response = await respond(url, headers);
  const events: SeenEvent[] = [];
  let [lastId, comments, text] = ['', 0, ''];
  const take = (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments += 1;
      const seen = eventOf(block, lastId);
      lastId = seen.lastId;
      if (seen.event !== null) events.push(seen.event);
    }
  };
  const ended = Promise.withResolvers<void>();
  response.setEncoding('utf8').once('close', ended.resolve);
  // A client that goes away has its own answer cut.
  response.on('error', () => undefined);
  const read = () => {
    response.on('data', take);
  };
  if (isReading) read();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    lastId: () => lastId,
    comments: () => comments,
    decisions: () => events.filter(({ name }) => name === 'decision').map(({ data }) => String(data.decision_id)),
    ended: ended.promise,
    read,
    leave: () => response.destroy(),
  };
}
