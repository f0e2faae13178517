import { rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PipePool } from '../src/engine/pipe.ts';
import { type QueryRun, type RunContext, runInsert, runOutput, runPlain } from '../src/engine/query-run.ts';
import { parseStatement, type Statement } from '../src/sql/statement.ts';
import { temporaryDirectory } from './store.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** An engine whose statements end when they are told to, and whose kills never do. */
function slowEngine() {
  const texts: string[] = [];
  const killed: string[] = [];
  const ends: (() => void)[] = [];
  const engine: RunContext['engine'] = {
    run(_connection, sql) {
      texts.push(sql);
      return new Promise((resolve) => {
        ends.push(() => resolve({ bytes: Buffer.from(''), elapsed: 0, rowsRead: 0, bytesRead: 0 }));
      });
    },
    async kill(marker) {
      killed.push(marker);
      await new Promise(() => undefined);
    },
  };
  return { engine, texts, killed, end: () => ends.shift()?.() };
}

function start(context: RunContext, statement: Statement): QueryRun {
  if (statement.kind === 'insert') return runInsert(context, statement, Readable.from([]));
  return statement.kind === 'output'
    ? runOutput(context, statement, 'TabSeparated')
    : runPlain(context, statement, 'TabSeparated');
}

it.each(['INSERT INTO t VALUES', 'SELECT 1', 'OPTIMIZE TABLE t'])(
  'a kill that is late for its own statement finds no other one: %s',
  async (sql) => {
    const { engine, texts, killed, end } = slowEngine();
    const pipes = await PipePool.create(directory, 1);
    const context = { engine, pipes, connection: {} };
    const ended = async (run: QueryRun) => {
      run.output?.resume();
      end();
      await run.done;
    };
    const free = () => {
      pipes.giveBack(pipes.take());
      return true;
    };
    const first = start(context, parseStatement(sql));
    first.cancel();
    await ended(first);
    await expect.poll(free).toBe(true);
    await ended(start(context, parseStatement(sql)));
    const [marker = 'no kill'] = killed;
    expect(texts.map((text) => text.includes(marker))).toEqual([true, false]);
  },
);
