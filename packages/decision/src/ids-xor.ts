import { canonicalUuid } from './decision-id.ts';

const words = 4;
const digitsPerWord = 8;

/** Of no ids. */
export const noIdsXor = '0'.repeat(words * digitsPerWord);

/**
 * The 128 bits of many ids XORed: one short name for a set of ids, whatever their order, that can be joined with the name
 * of another set. An id that is added a second time is taken out again: to add each once is up to the caller.
 *
 * Sets with equal names and equally many members are the same set, for all that chance can do: ids are random in 122 bits,
 * and two other sets share a name once in 2^122. It is no signature: whoever chooses ids can make a set of any name. And
 * it does not say which id is too many or too few, unless it is the only one: then that id is the XOR of both names.
 */
export class IdsXor {
  readonly #words = new Uint32Array(words);

  /** Adds an id in its canonical form. Anything else is no id, and adds nothing. */
  add(id: string): void {
    if (canonicalUuid(id) === id) this.join(id.replaceAll('-', ''));
  }

  /** Adds the ids of a disjoint set by its name. */
  join(name: string): void {
    for (let index = 0; index < words; index += 1) {
      const word = Number.parseInt(name.slice(index * digitsPerWord, (index + 1) * digitsPerWord), 16);
      this.#words[index] = (this.#words[index] ?? 0) ^ word;
    }
  }

  /** The name: 32 lower-case hexadecimal digits. */
  toString(): string {
    return [...this.#words].map((word) => word.toString(16).padStart(digitsPerWord, '0')).join('');
  }
}

/** The name of disjoint sets together; `null` where one of them is not known. */
export function joinIdsXor(...names: readonly (string | null)[]): string | null {
  const all = new IdsXor();
  for (const name of names) {
    if (name === null) return null;
    all.join(name);
  }
  return all.toString();
}
