import { startEmbeddedClickHouse } from '../src/index.ts';
import { users } from './store.ts';

/** A parent that starts a store, reports its pid and lives until it is killed. */
const [directory = ''] = process.argv.slice(2);
const store = await startEmbeddedClickHouse({ directory, port: 0, users });
process.send?.(store.pid);
setInterval(() => undefined, 1_000);
