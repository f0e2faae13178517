import { type Delivery, sentPart } from './api/answer.ts';
import type { PermitApi } from './api/permit-api.ts';
import { type Sleep, trickledPieces } from './http-server.ts';

/**
 * A `fetch` that reaches the API without a socket, whatever host the URL names. Cut connections look as undici shows
 * them; waiting is done with `sleep`, and a signal ends it.
 */
export function inProcessFetch(api: PermitApi, sleep: Sleep): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    const { pathname, search } = new URL(request?.url ?? String(input));
    const signal = init?.signal ?? request?.signal;
    signal?.throwIfAborted();
    const headers = new Headers(init?.headers ?? request?.headers);
    const delivery = api.deliver({
      method: init?.method ?? request?.method ?? 'GET',
      url: pathname + search,
      authorization: headers.get('authorization') ?? undefined,
      // A GET is answered in the same turn: what a caller does next comes after it.
      body: hasBody(init, request) ? await bodyOf(init, request) : '',
    });
    await pause(sleep, delivery.delayMs, signal);
    if (delivery.ending === 'no-answer') throw failure('fetch failed', 'read ECONNRESET', 'ECONNRESET');
    const { status, trickleMs, ending, body } = delivery;
    const isPlain = ending === 'whole' && trickleMs === 0;
    return new Response(isPlain ? body : streamed(delivery, sleep, signal), { status, headers: delivery.headers });
  };
}

function hasBody(init: RequestInit | undefined, request: Request | undefined): boolean {
  return (init?.body ?? request?.body ?? null) !== null;
}

function bodyOf(init: RequestInit | undefined, request: Request | undefined): Promise<string> {
  return init?.body ? new Response(init.body).text() : (request?.text() ?? Promise.resolve(''));
}

async function pause(sleep: Sleep, durationMs: number, signal: AbortSignal | null | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (durationMs > 0) await sleep(durationMs, signal ?? undefined);
  signal?.throwIfAborted();
}

function streamed(
  delivery: Delivery,
  sleep: Sleep,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  const part = sentPart(delivery);
  const pieces = delivery.trickleMs === 0 ? 1 : trickledPieces;
  const size = Math.max(1, Math.ceil(part.length / pieces));
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at > 0 && at < part.length) await pause(sleep, delivery.trickleMs / Math.max(1, pieces - 1), signal);
        if (at < part.length) {
          controller.enqueue(part.subarray(at, at + size));
          at += size;
        } else if (delivery.ending === 'whole') controller.close();
        else controller.error(failure('terminated', 'other side closed', 'UND_ERR_SOCKET'));
      },
    },
    // Nothing is read ahead: a caller that stops reading must not make time pass.
    { highWaterMark: 0 },
  );
}

function failure(message: string, reason: string, code: string): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(reason), { code }) });
}
