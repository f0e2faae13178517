import type { Caller } from './caller.ts';

/** Looked at no more often, milliseconds: a token that was revoked ends within five seconds of it. */
const everyMs = 2_000;

/** The same pages for as long as the caller's token holds. Throws `QUERY_TOKEN_REQUIRED` when it does not any more. */
export async function* whileCurrent<Page>(
  caller: Caller,
  pages: AsyncGenerator<Page>,
): AsyncGenerator<Page, undefined, undefined> {
  let lookedAtMs = performance.now();
  for await (const page of pages) {
    yield page;
    if (performance.now() - lookedAtMs < everyMs) continue;
    await caller.assertCurrent();
    lookedAtMs = performance.now();
  }
}
