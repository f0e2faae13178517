import { runConsumer } from '../../src/main.ts';

process.exit(await runConsumer(process.env));
