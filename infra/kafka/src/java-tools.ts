import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the brokers are compiled for. */
const neededJava = 17;

/** The version of the `java` on the PATH, such as `17.0.15`; `null` where there is none, or one too old. */
export async function findJava(): Promise<string | null> {
  // Some runtimes say it on stdout, most on stderr, after whatever else they have to say.
  const { stdout, stderr } = await run('java', ['-version']).catch(() => ({ stdout: '', stderr: '' }));
  const version = /version "([^"]+)"/.exec(stderr + stdout)?.[1] ?? '';
  return Number.parseInt(version, 10) >= neededJava ? version : null;
}

/** Whether there is an `mvn` on the PATH that runs. */
export function hasMaven(): Promise<boolean> {
  return run('mvn', ['-version']).then(
    () => true,
    () => false,
  );
}
