import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

/** The machine in one line: cores that may be used, their model, memory, system. */
export function hardware(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB memory`;
  return `${availableParallelism()} cores ${model}, ${memory}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}
