import { EngineException } from '../engine/exception.ts';
import { type Token, tokens } from './lexer.ts';

/** A statement with the places where the port puts its pipe. */
export type Statement =
  /** Answers rows: `before` and `after` surround the place of `INTO OUTFILE`. */
  | { readonly kind: 'output'; readonly before: string; readonly after: string; readonly format: string | undefined }
  /** An insert whose rows follow from `dataStart` on, counted in UTF-16 units of the text. */
  | { readonly kind: 'insert'; readonly before: string; readonly after: string; readonly dataStart: number }
  /** Everything else: definitions, `INSERT … SELECT`, `SET`, `SYSTEM`. */
  | { readonly kind: 'plain'; readonly text: string };

const outputWords = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK', 'FROM', '(']);

const isWord = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === text;

const syntaxError = (message: string) => new EngineException(62, 'SYNTAX_ERROR', `Syntax error: ${message}`);

function refuseFiles(list: readonly Token[]): void {
  for (const [index, token] of list.entries()) {
    if (isWord(token, 'INTO') && isWord(list[index + 1], 'OUTFILE')) {
      throw new EngineException(48, 'NOT_IMPLEMENTED', 'INTO OUTFILE is not allowed');
    }
    if (isWord(token, 'FROM') && isWord(list[index + 1], 'INFILE')) {
      throw new EngineException(48, 'NOT_IMPLEMENTED', 'FROM INFILE is not allowed: send the rows with the request');
    }
  }
}

function depthAfter(depth: number, token: Token): number {
  if (token.kind !== 'symbol') return depth;
  if (token.text === '(' || token.text === '[' || token.text === '{') return depth + 1;
  return token.text === ')' || token.text === ']' || token.text === '}' ? depth - 1 : depth;
}

/** After FORMAT the engine drops blanks, one semicolon and one line end; the rest is data, byte for byte. */
function afterFormatName(sql: string, end: number): number {
  const gap = /[ \t\f]*;?[ \t\f]*\r?\n?/y;
  gap.lastIndex = end;
  return end + (gap.exec(sql)?.[0].length ?? 0);
}

/** The insert with inline data, or undefined when the rows come from a SELECT. */
function insertWithData(sql: string): Statement | undefined {
  const seen: Token[] = [];
  let depth = 0;
  let place: number | undefined;
  let asksInput = false;
  let mayAskInput: boolean | undefined;
  for (const token of tokens(sql)) {
    const previous = seen.at(-1);
    if (isWord(previous, 'FORMAT') && depth === 0 && token.kind === 'word' && seen.length > 3) {
      if (asksInput) {
        throw new EngineException(
          48,
          'NOT_IMPLEMENTED',
          'INSERT … SELECT … FROM input() is not supported: insert into a table first',
        );
      }
      refuseFiles(seen);
      const at = place ?? previous?.start ?? 0;
      return {
        kind: 'insert',
        before: sql.slice(0, at),
        after: sql.slice(at, token.end),
        dataStart: afterFormatName(sql, token.end),
      };
    }
    if (depth === 0 && isWord(token, 'VALUES') && seen.length > 2 && !asksInput) {
      refuseFiles(seen);
      const at = place ?? token.start;
      const settings = sql.slice(at, token.start);
      return { kind: 'insert', before: sql.slice(0, at), after: `${settings} FORMAT Values`, dataStart: token.end };
    }
    if (depth === 0 && isWord(token, 'SETTINGS')) place ??= token.start;
    if (isWord(previous, 'INPUT') && token.text === '(' && !isWord(seen.at(-2), 'INTO')) asksInput = true;
    if (isWord(token, 'SELECT') && !asksInput) {
      mayAskInput ??= /\binput\s*\(/i.test(sql);
      if (!mayAskInput) return undefined;
    }
    if (depth === 0 && token.text === ';') return undefined;
    depth = depthAfter(depth, token);
    seen.push(token);
  }
  return undefined;
}

/** The statement's own tokens. Throws when another statement follows. */
function singleStatement(sql: string): { list: Token[]; end: number } {
  const list: Token[] = [];
  let end = sql.length;
  let ended = false;
  for (const token of tokens(sql)) {
    if (token.text === ';' && token.kind === 'symbol') {
      if (!ended) end = token.start;
      ended = true;
    } else if (ended) {
      throw syntaxError(`failed at position ${token.start + 1}: Multi-statements are not allowed`);
    } else {
      list.push(token);
    }
  }
  return { list, end };
}

function outputStatement(sql: string, list: readonly Token[], end: number): Statement {
  let depth = 0;
  let found: number | undefined;
  for (const [index, token] of list.entries()) {
    const previous = list[index - 1];
    const next = list[index + 1];
    const last = index + 2 === list.length || isWord(list[index + 2], 'SETTINGS');
    if (depth === 0 && isWord(token, 'FORMAT') && index > 0 && next?.kind === 'word' && last && !bindsName(previous)) {
      found = index;
    }
    depth = depthAfter(depth, token);
  }
  // After a statement in brackets SETTINGS belongs to the output, and the pipe has to come before it.
  const settings = list[0]?.text === '(' ? topLevelSettings(list) : undefined;
  if (settings !== undefined && (found === undefined || settings < found)) {
    const at = list[settings]?.start ?? end;
    const format = found === undefined ? undefined : list[found + 1]?.text;
    return { kind: 'output', before: sql.slice(0, at), after: sql.slice(at, end), format };
  }
  const text = sql.slice(0, end);
  if (found === undefined) return { kind: 'output', before: `${text}\n`, after: '', format: undefined };
  const at = list[found]?.start ?? end;
  return { kind: 'output', before: sql.slice(0, at), after: sql.slice(at, end), format: list[found + 1]?.text };
}

function topLevelSettings(list: readonly Token[]): number | undefined {
  let depth = 0;
  for (const [index, token] of list.entries()) {
    if (depth === 0 && isWord(token, 'SETTINGS') && list[index - 1]?.text === ')') return index;
    depth = depthAfter(depth, token);
  }
  return undefined;
}

const bindsName = (token: Token | undefined): boolean => token?.text === '.' || isWord(token, 'AS');

/**
 * True when the text begins an insert, so that what follows may be data of any length; false also while its beginning
 * has not arrived whole.
 */
export function beginsInsert(sql: string): boolean {
  try {
    const [first] = tokens(sql);
    return isWord(first, 'INSERT');
  } catch {
    return false;
  }
}

/**
 * Takes a request's text apart. Throws an `EngineException` for no statement, several of them, `INTO OUTFILE`,
 * `FROM INFILE` and `input()`, which in this engine reports success and writes nothing.
 */
export function parseStatement(sql: string): Statement {
  if (beginsInsert(sql)) {
    const insert = insertWithData(sql);
    if (insert) return insert;
  }
  const { list, end } = singleStatement(sql);
  const [first] = list;
  if (!first)
    throw new EngineException(62, 'SYNTAX_ERROR', 'Syntax error: failed at position 1 (end of query): Empty query');
  refuseFiles(list);
  const answers = outputWords.has(first.text.toUpperCase());
  return answers ? outputStatement(sql, list, end) : { kind: 'plain', text: sql.slice(0, end) };
}
