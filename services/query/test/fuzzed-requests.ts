import type { ApiOperation, ApiParameter } from './api-document.ts';

/** A request to send; `path` with its query. */
export interface FuzzedRequest {
  readonly operation: ApiOperation;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Random = (below: number) => number;

/** What has no right to be anywhere, and must do no harm. */
const broken: readonly string[] = [
  ...[
    '',
    ' ',
    ',',
    ',,',
    '!',
    '*',
    '!*',
    '\\',
    '\\\\',
    '-',
    '--',
    '0',
    '-1',
    '1e9',
    '01',
    '1.5',
    'NaN',
    'null',
    'true',
  ],
  ...[
    '99999999999999999999',
    '9007199254740993',
    '-9007199254740993',
    '0x10',
    'Infinity',
    '[]',
    '{}',
    '[1,2]',
    '{"a":1}',
  ],
  ...["' OR 1=1 --", '"; DROP TABLE x', '{p0:String}', '`', '%', '%%', '_', '\\N', '$(id)', '../..', '<b>', '\n', '\t'],
  ...['\u0000', '\ufeff', 'é', 'e\u0301', 'ÄÖÜß', 'İı', '𝕏', '👩‍👩‍👧', '\u202eabc', '日本語', '\ud7ff', '\u{10ffff}'],
  ...['-24h', '-0h', '-999999d', 'now', 'today', '1970-01-01', '2262-04-12', '9999-12-31T23:59:59.999Z', '0000-01-01'],
  ...['2026-02-30', '2026-11-03T25:00:00Z', '2026-11-03T12:00:00+14:00', '2026-10-25T02:30:00', '2106-02-07T06:28:16Z'],
  ...[
    'UTC',
    'Europe/Berlin',
    'europe/berlin',
    'America/St_Johns',
    'Etc/GMT+12',
    'GMT+1',
    'EST',
    'Mars/Olympus',
    '+01:00',
  ],
  ...['minute', 'month', 'day_of_week', '-denials', 'decisions,decisions', 'eyJhIjoxfQ', 'W10', 'Wzk5OV0'],
];

/** Words of a description that may be values: names of measures, examples of times, keys and zones. */
function wordsOf({ description, schema }: ApiParameter): string[] {
  const words = description.match(/[-!A-Za-z0-9_:|/.@*+]{2,}/g) ?? [];
  return [...(schema.enum ?? []), ...words.map((word) => word.replace(/[.:]$/, ''))];
}

/** Makes requests of what a document says of its operations, from valid to hopeless. */
export class RequestFuzzer {
  readonly #operations: readonly ApiOperation[];
  /** Those that list and count. */
  readonly #plain: readonly ApiOperation[];
  readonly #random: Random;
  /** Values that were seen in answers: ids, keys, cursors. */
  readonly #seen: string[];

  constructor(operations: readonly ApiOperation[], random: Random, known: readonly string[]) {
    this.#operations = operations;
    this.#plain = operations.filter(({ path }) => /^\/v1\/\w+$/.test(path));
    this.#random = random;
    this.#seen = [...known];
  }

  /** Has further requests use what an answer told. */
  learn(values: readonly string[]): void {
    for (const value of values) {
      if (this.#seen.length < 300) this.#seen.push(value);
      else this.#seen[this.#random(this.#seen.length)] = value;
    }
  }

  next(): FuzzedRequest {
    // What is about one thing, or makes files, asks the store for much each time.
    const operation = this.#pick(this.#isIn(0.75) ? this.#plain : this.#operations);
    // Most requests have one thing wrong, or none: what is refused at once says nothing of what comes after.
    const recklessness = this.#pick([0, 0.3, 0.5, 0.9, 0.9]);
    const wanted = operation.parameters.filter(({ in: place }) => place === 'query' && this.#isIn(0.3));
    const pairs = wanted.flatMap(({ name, ...rest }) =>
      this.#values({ name, ...rest }, recklessness).map((value): [string, string] => [name, value]),
    );
    if (this.#isIn(recklessness / 5)) pairs.push([this.#pick(broken) || 'x', this.#pick(broken)]);
    const query = this.#encoded(pairs, recklessness);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const of = operation.parameters.find((one) => one.in === 'path' && one.name === name);
      return encodeURIComponent(of === undefined ? 'x' : this.#value(of, recklessness).toWellFormed() || 'x');
    });
    const method = this.#isIn(0.04) ? this.#pick(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) : 'GET';
    return { operation, method, url: `${path}${query}`, headers: this.#headers() };
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random(values.length)] as T;
  }

  #isIn(share: number): boolean {
    return this.#random(1_000) < share * 1_000;
  }

  #value(parameter: ApiParameter, recklessness: number): string {
    if (this.#isIn(recklessness)) {
      if (this.#isIn(0.1)) return this.#pick(['x', 'é', ',', '\\', '9']).repeat(1 + this.#random(3_000));
      const [one, other] = [this.#pick(broken), this.#pick(broken)];
      return this.#isIn(0.3) ? one + other : one;
    }
    const words = wordsOf(parameter);
    return words.length > 0 && this.#isIn(0.6) ? this.#pick(words) : this.#pick(this.#seen);
  }

  #values(parameter: ApiParameter, recklessness: number): string[] {
    const value = () => {
      const one = this.#value(parameter, recklessness);
      if (this.#isIn(0.1)) return `${this.#pick(['!', '\\!', ''])}${one}${this.#pick(['*', ''])}`;
      return this.#isIn(0.1) ? `${one},${this.#value(parameter, recklessness)}` : one;
    };
    return Array.from({ length: this.#isIn(0.08) ? 2 + this.#random(3) : 1 }, value);
  }

  #encoded(pairs: readonly [string, string][], recklessness: number): string {
    const text = new URLSearchParams([...pairs]).toString();
    // A percent sign before anything: what is no text, and what is encoded twice.
    const spoilt = this.#isIn(recklessness / 10)
      ? `${text}&from=%${this.#pick(['', 'zz', 'ff', 'C0%80', '2', '00'])}`
      : text;
    return spoilt === '' ? '' : `?${spoilt}`;
  }

  #headers(): Record<string, string> {
    const given: [string, string][] = [];
    if (this.#isIn(0.1))
      given.push(['accept-encoding', this.#pick(['gzip', 'br', 'zstd', '*', 'identity', 'gzip;q=x'])]);
    if (this.#isIn(0.1)) given.push(['if-none-match', this.#pick(['*', 'W/"x"', '"x", "y"', '""', 'x'])]);
    if (this.#isIn(0.1)) given.push(['x-request-id', this.#pick(['a', 'abcdefgh', 'ab"cdefgh', 'x'.repeat(500)])]);
    if (this.#isIn(0.1)) given.push(['last-event-id', this.#pick(['W10', 'x', '', 'eyJhIjoxfQ'])]);
    return Object.fromEntries(given);
  }
}
