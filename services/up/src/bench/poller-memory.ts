import { fork } from 'node:child_process';
import { once } from 'node:events';
import { verify } from './measure.ts';
import type { MemorySample } from './poller-memory-process.ts';

const program = new URL('./poller-memory-process.ts', import.meta.url);

/** V8 takes what the machine has before it collects: a limit has resident memory say what the poller needs. */
const mostHeapMib = 128;

export interface MemoryOptions {
  /** Numbers of decisions after which to look, ascending. */
  readonly marks: readonly number[];
  readonly signal: AbortSignal;
  readonly onSample: (sample: MemorySample) => void;
}

/** Memory of a poller in a process of its own that reads history, after each number of decisions. */
export async function pollerMemory({ marks, signal, onSample }: MemoryOptions): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const child = fork(program, marks.map(String), {
    execArgv: ['--expose-gc', `--max-old-space-size=${mostHeapMib}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('message', (sample: MemorySample) => {
    samples.push(sample);
    onSample(sample);
  });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  await once(child, 'exit');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  verify(samples.length === marks.length, `The poller whose memory is measured read to ${samples.length} marks only.`);
  return samples;
}
