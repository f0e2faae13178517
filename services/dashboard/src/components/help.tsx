import { useEffect, useRef } from 'preact/hooks';
import { pages } from '../pages/registry.ts';
import { shortcuts } from '../state/preference.ts';
import { Store, useStore } from '../state/store.ts';

export const isHelpOpen = new Store(false);

const general: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'Search'],
  ['f', 'Add a filter'],
  ['[ ]', 'Earlier, later'],
  ['-', 'Twice as long a range'],
  ['p', 'Hold or go on with the live decisions'],
  ['z', 'Local time or UTC'],
  ['t', 'Theme'],
  ['?', 'This list'],
];

/** What the keyboard does, and a way to have it do nothing. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = useStore(isHelpOpen);
  const choice = useStore(shortcuts);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const places = pages.flatMap(({ title, nav }) => (nav ? [[`g ${nav.keys}`, title] as const] : []));
  return (
    <dialog ref={dialog} class="help" aria-label="Keyboard" onClose={() => isHelpOpen.set(false)}>
      <h2>Keyboard</h2>
      <dl>
        {[...general, ...places].map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input
          type="checkbox"
          checked={choice === 'on'}
          onChange={({ currentTarget }) => shortcuts.set(currentTarget.checked ? 'on' : 'off')}
        />{' '}
        Single keys do this
      </label>
      <p>
        <button type="button" class="button" onClick={() => isHelpOpen.set(false)}>
          Close
        </button>
      </p>
    </dialog>
  );
}
