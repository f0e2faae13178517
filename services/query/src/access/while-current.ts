import type { Readable } from 'node:stream';
import type { Caller } from './caller.ts';

/** Looked at no more often, milliseconds: a token that was revoked ends within five seconds of it. */
const everyMs = 500;

/** The same pages for as long as the caller's token holds. Throws `QUERY_TOKEN_REQUIRED` when it does not any more. */
export async function* whileCurrent<Page>(
  caller: Caller,
  pages: AsyncGenerator<Page>,
): AsyncGenerator<Page, undefined, undefined> {
  let lookedAtMs = performance.now();
  for await (const page of pages) {
    if (performance.now() - lookedAtMs >= everyMs) {
      await caller.assertCurrent();
      lookedAtMs = performance.now();
    }
    yield page;
  }
}

/** Breaks a stream off when the caller's token does not hold any more, however slowly the client takes what is there. */
export function endWithToken(caller: Caller, stream: Readable): Readable {
  const look = () => caller.assertCurrent().catch((error: Error) => stream.destroy(error));
  const timer = setInterval(look, everyMs);
  stream.once('close', () => clearInterval(timer));
  return stream;
}
