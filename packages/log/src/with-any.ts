/**
 * Runs work with a signal that aborts when one of these does. AbortSignal.any would keep each signal that somebody
 * listens to for as long as its sources live; here nothing is left of it when the work has ended.
 */
export async function withAny<T>(
  sources: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const source of sources) source.addEventListener('abort', end);
  if (sources.some(({ aborted }) => aborted)) end();
  try {
    return await work(ending.signal);
  } finally {
    for (const source of sources) source.removeEventListener('abort', end);
  }
}
