import { Readable } from 'node:stream';
import { EngineException } from '../engine/exception.ts';
import { beginsInsert, parseStatement, type Statement } from '../sql/statement.ts';

/** The engine's own limit of a statement's text, data of an insert not counted. */
const maxStatementBytes = 262_144;

export interface RequestStatement {
  readonly statement: Statement;
  /** The rows of an insert. */
  readonly data: Readable;
}

async function* chain(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Positions in the text are byte offsets as long as each byte is one unit; SQL's own signs are all ASCII. */
const asUnits = (bytes: Buffer): string => bytes.toString('latin1');
const fromUnits = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

function restored(statement: Statement): Statement {
  if (statement.kind === 'plain') return { ...statement, text: fromUnits(statement.text) };
  return { ...statement, before: fromUnits(statement.before), after: fromUnits(statement.after) };
}

/**
 * Puts together the query of the URL and the body, as the server does: the text is the query, a line end and the body.
 * Reads no more of an insert's body than its statement needs; the rest streams.
 */
export async function readStatement(query: string, body: Readable): Promise<RequestStatement> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let text: Buffer = query.trim() === '' ? Buffer.alloc(0) : Buffer.from(`${query}\n`);
  const inQuery = text.length;
  let ended = false;
  const complete = () => ended || (text.length > inQuery && text.length >= maxStatementBytes);
  const isInsert = () => beginsInsert(asUnits(text));
  while (!complete() && !(isInsert() && hasData(text))) {
    // At least as much again before the next look: a body in tiny pieces must not be read over and over.
    const pieces: Buffer[] = [text];
    for (let size = text.length, until = 2 * size; size <= Math.min(until, maxStatementBytes); ) {
      const next = await chunks.next();
      ended = next.done === true;
      if (next.done) break;
      pieces.push(next.value);
      size += next.value.length;
    }
    text = Buffer.concat(pieces);
  }
  if (!ended && !isInsert()) {
    throw new EngineException(62, 'SYNTAX_ERROR', `Max query size exceeded (${maxStatementBytes} bytes)`);
  }
  const units = asUnits(text);
  const statement = parseStatement(units);
  const head = statement.kind === 'insert' ? text.subarray(statement.dataStart) : Buffer.alloc(0);
  return { statement: restored(statement), data: Readable.from(chain(head, chunks), { objectMode: false }) };
}

/** True once the statement of an insert is complete, up to and including the name of its format. */
function hasData(text: Buffer): boolean {
  try {
    const statement = parseStatement(asUnits(text));
    // A name at the very end of what has arrived may still go on, and the line end behind it belongs to it.
    return statement.kind === 'insert' && statement.dataStart < text.length;
  } catch {
    // What is wrong with it is said when all of it is there.
    return false;
  }
}
