import { openLmdbLog } from '../src/index.ts';
import { work } from './contract-worker.ts';

const [directory = '""', task = '{}'] = process.argv.slice(2);
const log = await openLmdbLog({ directory: JSON.parse(directory) });
const say = (text: string) => process.send?.(text);
const role = JSON.parse(task);
if (role.role === 'append') {
  // Appends until killed; each acknowledged number is reported after its append resolved.
  for (let n = 0; ; n += 1) {
    await log.append(role.topic, [{ key: 'k', value: Buffer.from(String(n)) }]);
    say(String(n));
  }
}
await work(log, role, say);
