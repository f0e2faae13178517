import { Store } from './store.ts';

/** A choice among a few, kept in this browser where it lets us. */
export function preference<Choice extends string>(
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Store<Choice> {
  const key = `custody.${name}`;
  const read = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const store = new Store<Choice>(choices.find((choice) => choice === read()) ?? choices[0]);
  store.subscribe(() => {
    try {
      localStorage.setItem(key, store.value);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is left.
    }
  });
  return store;
}

export const theme = preference('theme', ['auto', 'light', 'dark']);
export const zoneChoice = preference('zone', ['local', 'UTC']);
export const shortcuts = preference('shortcuts', ['on', 'off']);
