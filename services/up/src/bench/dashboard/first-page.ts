import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import type { Figures } from '../bench.ts';
import { cost, duration } from '../figures.ts';
import { median, verify } from '../measure.ts';
import type { LookedAt } from './looked-at.ts';
import { openBenchPage, showSettled } from './open-page.ts';
import { loadedPage } from './probe.ts';

type Loaded = z.infer<typeof loadedPage>;

async function loadOnce({ browser, api, aheadMs }: LookedAt): Promise<Loaded> {
  await using opened = await openBenchPage(browser, aheadMs);
  await showSettled(opened, `${api.url}/`);
  opened.verify();
  return loadedPage.parse(await opened.page.evaluate('custodyProbe.loaded()'));
}

/** What a file takes on its way, compressed as every browser understands it, and what it is then. */
async function bytesOf(url: string): Promise<{ readonly sent: number; readonly whole: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const headers = { 'accept-encoding': 'gzip', accept: 'text/html' };
  request(url, { headers }, (response) => {
    verify(response.headers['content-encoding'] === 'gzip', `${url} was not sent compressed.`);
    buffer(response).then(resolve, reject);
  })
    .once('error', reject)
    .end();
  const sent = await promise;
  return { sent: sent.length, whole: gunzipSync(sent).length };
}

/** The first page, opened by a browser that has nothing of it: what it weighs, and when it is there. */
export async function firstPage(looked: LookedAt): Promise<Figures> {
  const { runs, signal, onProgress } = looked.options;
  const loads: Loaded[] = [];
  for (let run = 0; run <= runs; run += 1) {
    signal.throwIfAborted();
    onProgress(run === 0 ? 'first page: warming up' : `first page: run ${run} of ${runs}`);
    const loaded = await loadOnce(looked);
    if (run > 0) loads.push(loaded);
  }
  const files = await Promise.all((loads[0]?.files ?? []).map(bytesOf));
  const middle = (value: (loaded: Loaded) => number) => median(loads.map(value));
  const whole = cost(files.reduce((sum, file) => sum + file.whole, 0) / 1_000, 'kB');
  const answered = duration(middle((loaded) => loaded.answered));
  return {
    first_page_uncompressed: whole,
    first_page: cost(files.reduce((sum, { sent }) => sum + sent, 0) / 1_000, 'kB', { first_page_uncompressed: whole }),
    first_page_files: cost(files.length, 'files'),
    interactive: duration(middle((loaded) => loaded.interactive)),
    first_key: duration(middle((loaded) => loaded.firstKey)),
    overview_answered: answered,
    overview_drawn: duration(
      middle((loaded) => loaded.drawn),
      { overview_answered: answered },
    ),
    overview_drawing: duration(middle((loaded) => loaded.drawn - loaded.answered)),
    overview_longest_task: duration(middle((loaded) => loaded.longestTask)),
    overview_answers: cost(
      middle((loaded) => loaded.answers),
      'answers',
    ),
    overview_answers_size: cost(middle((loaded) => loaded.answerBytes) / 1_000, 'kB'),
  };
}
