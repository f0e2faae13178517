import { plainId } from '../ids.ts';
import { invalid, type ValidationDetail } from './fault.ts';

const truths = new Map([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((text) => [text, true] as const),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((text) => [text, false] as const),
]);

/**
 * Reads query parameters as FastAPI binds them: repeated keys make a list, the last of several single values wins,
 * unknown names are ignored. Faults are collected; `check` throws them together as one 422.
 */
export class Params {
  readonly #params: URLSearchParams;
  readonly #faults: ValidationDetail[] = [];
  readonly #bindsBrackets: boolean;

  /** `bindsBrackets`: `users[]=a` is read as `users=a`, which FastAPI does not do. */
  constructor(url: string, bindsBrackets = false) {
    this.#bindsBrackets = bindsBrackets;
    const at = url.indexOf('?');
    this.#params = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  }

  text(name: string): string | undefined {
    return this.#params.getAll(name).at(-1);
  }

  texts(name: string, maxLength = Number.POSITIVE_INFINITY): readonly string[] | undefined {
    const values = this.#params.getAll(name);
    if (this.#bindsBrackets) values.push(...this.#params.getAll(`${name}[]`));
    values.forEach((value, index) => {
      if (value.length > maxLength) {
        const msg = `ensure this value has at most ${maxLength} characters`;
        this.#faults.push({ loc: ['query', name, index], msg, type: 'value_error.any_str.max_length' });
      }
    });
    return values.length > 0 ? values : undefined;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
    this.#fault(name, 'value is not a valid integer', 'type_error.integer');
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = truths.get(text.toLowerCase());
    if (value === undefined) this.#fault(name, 'value could not be parsed to a boolean', 'type_error.bool');
    return value;
  }

  id(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const id = plainId(text);
    if (id === undefined) this.#fault(name, 'value is not a valid uuid', 'type_error.uuid');
    return id;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    const permitted = choices.map((one) => `'${one}'`).join(', ');
    this.#fault(name, `value is not a valid enumeration member; permitted: ${permitted}`, 'type_error.enum');
    return otherwise;
  }

  /** `page` and `per_page`, with the endpoint's own maximum. */
  paging(maxPerPage = 100): { page: number; perPage: number } {
    const page = this.#atLeastOne('page', 1);
    const perPage = this.#atLeastOne('per_page', 30);
    if (perPage > maxPerPage) {
      const msg = `ensure this value is less than or equal to ${maxPerPage}`;
      this.#fault('per_page', msg, 'value_error.number.not_le');
    }
    return { page, perPage };
  }

  /** Throws every fault found so far as one 422. */
  check(): void {
    if (this.#faults.length > 0) throw invalid(this.#faults);
  }

  #atLeastOne(name: string, otherwise: number): number {
    const value = this.integer(name) ?? otherwise;
    if (value < 1) this.#fault(name, 'ensure this value is greater than or equal to 1', 'value_error.number.not_ge');
    return value;
  }

  #fault(name: string, msg: string, type: string): void {
    this.#faults.push({ loc: ['query', name], msg, type });
  }
}
