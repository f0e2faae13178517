import { fetchWithToken, isProblem } from '../api/api.ts';

interface FileHandle {
  createWritable(): Promise<WritableStream<Uint8Array>>;
  remove?(): Promise<void>;
}
interface PickerOptions {
  readonly suggestedName: string;
}

/** Browsers that let a page write a file as it comes have it, on this machine's own addresses and over HTTPS. */
const picker = (globalThis as { showSaveFilePicker?: (options: PickerOptions) => Promise<FileHandle> })
  .showSaveFilePicker;

/** Whether a file of any size is written as it comes; otherwise it is kept in memory until it is whole. */
export const canStream = picker !== undefined;

export interface Saving {
  readonly url: string;
  readonly name: string;
  readonly signal: AbortSignal;
  /** So far. */
  readonly onBytes: (bytes: number) => void;
}

function counting(onBytes: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      onBytes(bytes);
      controller.enqueue(chunk);
    },
  });
}

async function ask(url: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await fetchWithToken(new Request(url, { signal }));
  if (response.ok && response.body !== null) return response.body;
  const body: unknown = await response.json().catch(() => null);
  throw new Error(isProblem(body) ? `${body.detail} ${body.remedy}` : `The answer was HTTP ${response.status}.`);
}

function keep(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Saves what an address answers to the session's token, which no link can carry. Rejects with what is to be said of it;
 * nothing that is not whole stays, but where the browser cannot remove it.
 */
export async function saveStream({ url, name, signal, onBytes }: Saving): Promise<void> {
  const handle = await picker?.({ suggestedName: name });
  try {
    const body = (await ask(url, signal)).pipeThrough(counting(onBytes));
    if (handle === undefined) keep(await new Response(body).blob(), name);
    else await body.pipeTo(await handle.createWritable(), { signal });
  } catch (error) {
    await handle?.remove?.().catch(() => undefined);
    throw error;
  }
}
