import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { alone, type Distribution } from './distribution.ts';

/** The archive that Java writes when a broker ends, by the flags for that broker. */
type TrainingRun = (flags: readonly string[]) => Promise<void>;

/**
 * Has one broker run and end to learn which classes it loads, once for each version of Kafka and Java. What Java cannot
 * archive is no fault: an empty file says that there is nothing to try again.
 */
async function train({ archive }: Distribution, run: TrainingRun): Promise<void> {
  const partial = `${archive}.partial`;
  rmSync(partial, { force: true });
  await run([`-XX:ArchiveClassesAtExit=${partial}`]);
  if (existsSync(partial)) renameSync(partial, archive);
  else writeFileSync(archive, '');
}

/** The flags by which a broker starts in half the time. */
export async function archiveFlags(distribution: Distribution, run: TrainingRun): Promise<readonly string[]> {
  const { archive } = distribution;
  if (!existsSync(archive)) {
    await alone(archive, async () => (existsSync(archive) ? undefined : train(distribution, run)));
  }
  return statSync(archive).size > 0 ? [`-XX:SharedArchiveFile=${archive}`] : [];
}
