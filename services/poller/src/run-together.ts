/**
 * Runs tasks side by side until all have ended; the first that fails stops the others. Rejects with its error. A task
 * that throws because it was stopped does not count.
 */
export async function runTogether(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stopping = new AbortController();
  const both = AbortSignal.any([signal, stopping.signal]);
  let failure: { readonly error: unknown } | null = null;
  await Promise.all(
    tasks.map((task) =>
      task(both).catch((error: unknown) => {
        if (!both.aborted) failure ??= { error };
        stopping.abort();
      }),
    ),
  );
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
