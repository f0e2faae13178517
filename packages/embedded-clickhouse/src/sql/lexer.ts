/** A token of ClickHouse SQL. Words keep their text; quoted names and strings keep their quotes. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const space = /[\s\ufeff]+/y;
const lineComment = /(?:--|#!|# )[^\n]*/y;
const word = /[A-Za-z_][\w$]*/y;
const number = /\d[\w.]*/y;
const heredoc = /\$(\w*)\$/y;

function closingQuote(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\') at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] === quote) at++;
      else return at + 1;
    }
  }
  return sql.length;
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
  return end < 0 ? sql.length : end + 2;
}

function tokenAt(sql: string, start: number): Token {
  const char = sql.charAt(start);
  const token = (kind: Token['kind'], end: number): Token => ({ kind, text: sql.slice(start, end), start, end });
  if (char === "'") return token('string', closingQuote(sql, start, char));
  if (char === '"' || char === '`') return token('quoted', closingQuote(sql, start, char));
  const tag = match(heredoc, sql, start);
  if (tag) {
    const end = sql.indexOf(tag[0], start + tag[0].length);
    return token('string', end < 0 ? sql.length : end + tag[0].length);
  }
  const name = match(word, sql, start);
  if (name) return token('word', start + name[0].length);
  const digits = match(number, sql, start);
  if (digits) return token('number', start + digits[0].length);
  return token('symbol', start + 1);
}

/**
 * Cuts a statement into tokens, lazily: the data of an insert is never looked at by a caller that stops before it.
 * It finds positions; what a statement *means* and may do is decided by the engine's own parser.
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
