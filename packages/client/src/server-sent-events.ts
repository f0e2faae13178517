/** One event, as the text of a stream tells it. */
export interface ServerSentEvent {
  readonly name: string;
  /** `''` for none: then only the id or the pause is news. */
  readonly data: string;
  readonly id: string | null;
  readonly retryMs: number | null;
}

function parseBlock(block: string): ServerSentEvent {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    fields.set(name, name === 'data' && fields.has('data') ? `${fields.get('data')}\n${value}` : value);
  }
  const retry = Number(fields.get('retry') ?? Number.NaN);
  return {
    name: fields.get('event') ?? 'message',
    data: fields.get('data') ?? '',
    id: fields.get('id') ?? null,
    retryMs: Number.isFinite(retry) ? retry : null,
  };
}

/** Chunk by chunk, in browsers too that cannot iterate over a body; given up when the caller leaves. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads the events of a body; one that is cut at the end is none. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunksOf(body)) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.map(parseBlock);
  }
}
