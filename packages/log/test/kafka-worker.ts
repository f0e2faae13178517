import { openKafkaLog } from '../src/index.ts';
import { work } from './contract-worker.ts';

const [options = '{}', task = '{}'] = process.argv.slice(2);
await work(openKafkaLog(JSON.parse(options)), JSON.parse(task), (text) => process.send?.(text));
