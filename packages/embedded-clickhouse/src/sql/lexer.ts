import { EngineException } from '../engine/exception.ts';

/** A token of ClickHouse SQL. Words keep their text; quoted names and strings keep their quotes. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const space = /[ \t\n\v\f\r]+/y;
const lineComment = /(?:--|\/\/|#!|# )[^\n]*/y;
const word = /[A-Za-z_][\w$]*/y;
const number = /\d\w*(?:\.(?![A-Za-z_])\w*)*/y;
const heredoc = /\$\w*\$/y;
/** Hexadecimal and binary strings know no escapes. */
const bitString = /[bx]'[\da-f]*'/iy;
const symbol = /[()[\]{},;.:=<>!+\-*/%|^?@&~]/y;

/** Whatever the engine might cut otherwise is refused: a quote that only it sees would hide what follows. */
function refuse(sql: string, at: number): never {
  const near = JSON.stringify(sql.slice(at, at + 20));
  throw new EngineException(62, 'SYNTAX_ERROR', `Syntax error: failed at position ${at + 1}: cannot read ${near}`);
}

function closingQuote(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\') at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] === quote) at++;
      else return at + 1;
    }
  }
  return refuse(sql, start);
}

function match(pattern: RegExp, sql: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(sql);
}

function skipped(sql: string, at: number): number {
  const blank = match(space, sql, at) ?? match(lineComment, sql, at);
  if (blank) return at + blank[0].length;
  if (!sql.startsWith('/*', at)) return at;
  const end = sql.indexOf('*/', at + 2);
  // The engine nests comments.
  if (end < 0 || sql.slice(at + 2, end).includes('/*')) refuse(sql, at);
  return end + 2;
}

/** To the engine `.0INTO` is a number and a word, and `1e--1` holds no comment. */
function numberToken(token: Token, sql: string): Token {
  const wordBehind = sql[token.start - 1] === '.' && /[A-Za-z_]/.test(token.text);
  const signBehind = /[ep]$/i.test(token.text) && sql.startsWith('--', token.end);
  return wordBehind || signBehind ? refuse(sql, token.start) : token;
}

function tokenAt(sql: string, start: number): Token {
  const char = sql.charAt(start);
  const token = (kind: Token['kind'], end: number): Token => ({ kind, text: sql.slice(start, end), start, end });
  if (char === "'") return token('string', closingQuote(sql, start, char));
  if (char === '"' || char === '`') return token('quoted', closingQuote(sql, start, char));
  const tag = match(heredoc, sql, start);
  if (tag) {
    const end = sql.indexOf(tag[0], start + tag[0].length);
    return end < 0 ? refuse(sql, start) : token('string', end + tag[0].length);
  }
  const bits = match(bitString, sql, start);
  if (bits) return token('string', start + bits[0].length);
  const name = match(word, sql, start);
  if (name && /^[bx]'/i.test(sql.slice(start, start + 2))) refuse(sql, start);
  if (name) return token('word', start + name[0].length);
  const digits = match(number, sql, start);
  if (digits) return numberToken(token('number', start + digits[0].length), sql);
  return match(symbol, sql, start) ? token('symbol', start + 1) : refuse(sql, start);
}

/**
 * Cuts a statement into tokens, lazily: the data of an insert is never looked at by a caller that stops before it.
 * It finds positions; what a statement *means* and may do is decided by the engine's own parser. Throws code 62 for
 * what it would not cut as the engine does: signs beyond ASCII outside of quotes and comments, whatever is not closed.
 */
export function* tokens(sql: string): Generator<Token> {
  let at = 0;
  while (at < sql.length) {
    const next = skipped(sql, at);
    if (next !== at) {
      at = next;
      continue;
    }
    const token = tokenAt(sql, at);
    yield token;
    at = token.end;
  }
}
