import { runSealer } from '../../src/main.ts';

process.exit(await runSealer(process.env));
