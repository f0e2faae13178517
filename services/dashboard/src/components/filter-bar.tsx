import { useState } from 'preact/hooks';
import { useNames } from '../api/names.ts';
import { shortId, verdictWords, words } from '../format/names.ts';
import {
  type FilterName,
  filterChoices,
  filterLabels,
  filterNames,
  literal,
  readValue,
  valuesOf,
  withoutValue,
  withValue,
} from '../state/filters.ts';
import { changeView, useView, type View } from '../state/view.ts';
import { Icon } from './icon.tsx';

function choiceText(name: FilterName, value: string): string {
  return name === 'decision' ? (verdictWords[value] ?? value) : words(value);
}

/** A value of a filter as a person reads it. */
function useValueText(name: FilterName, written: string, view: View): string {
  const { text, isPrefix } = readValue(written);
  const isPrincipal = name === 'agent' || name === 'human';
  const names = useNames(
    name === 'human' ? 'human' : 'agent',
    isPrincipal && text.includes('|') && !isPrefix ? [text] : [],
    view,
  );
  if (isPrefix) return `${text}…`;
  if (!isPrincipal) return name in filterChoices ? choiceText(name, text) : text;
  const known = names.get(text);
  return known === undefined ? shortId(text) : name === 'agent' ? `${known} ${shortId(text)}` : known;
}

function Chip({ name, written, view }: { readonly name: FilterName; readonly written: string; readonly view: View }) {
  const text = useValueText(name, written, view);
  const { isNegated } = readValue(written);
  const whole = `${filterLabels[name]} ${isNegated ? 'is not' : 'is'} ${text}`;
  const rest = name === 'q' ? '' : withoutValue(view.filters[name] ?? '', written);
  return (
    <span class="chip">
      <span class="quiet">
        {filterLabels[name]} {isNegated ? '≠' : ''}
      </span>
      <span class="cut" title={readValue(written).text}>
        {text}
      </span>
      <button type="button" aria-label={`Remove filter: ${whole}`} onClick={() => changeView({ [name]: rest })}>
        <Icon name="close" />
      </button>
    </span>
  );
}

function AddFilter({ view, onDone }: { readonly view: View; readonly onDone: () => void }) {
  const [name, setName] = useState<FilterName>('decision');
  const [text, setText] = useState('');
  const choices = filterChoices[name];
  const choose = (chosen: FilterName) => {
    setName(chosen);
    setText('');
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const value = text.trim() || choices?.[0] || '';
    if (value === '') return;
    changeView({ [name]: name === 'q' ? value : withValue(view.filters[name], choices ? literal(value) : value) });
    onDone();
  };
  return (
    <form class="filter-form" onSubmit={submit} aria-label="Add a filter">
      <select
        aria-label="What"
        value={name}
        onChange={({ currentTarget }) => choose(currentTarget.value as FilterName)}
      >
        {filterNames.map((one) => (
          <option key={one} value={one}>
            {filterLabels[one]}
          </option>
        ))}
      </select>
      {choices === undefined ? (
        <input
          aria-label="Value"
          placeholder="x, !not, begins*"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      ) : (
        <select
          aria-label="Value"
          value={text || choices[0] || ''}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choiceText(name, choice)}
            </option>
          ))}
        </select>
      )}
      <button type="submit" class="button is-main">
        Add
      </button>
      <button type="button" class="button is-quiet" onClick={onDone}>
        Cancel
      </button>
    </form>
  );
}

/** What narrows the view, each value with a way out; all of it is in the address. */
export function FilterBar() {
  const view = useView();
  const [isAdding, setAdding] = useState(false);
  const values = filterNames.flatMap((name) => {
    const text = view.filters[name];
    if (text === undefined) return [];
    return (name === 'q' ? [text] : valuesOf(text)).map((written) => ({ name, written }));
  });
  const none = Object.fromEntries(filterNames.map((name) => [name, '']));
  return (
    <section class="filters" aria-label="Filters">
      {values.map(({ name, written }) => (
        <Chip key={`${name} ${written}`} name={name} written={written} view={view} />
      ))}
      {isAdding ? (
        <AddFilter view={view} onDone={() => setAdding(false)} />
      ) : (
        <button
          type="button"
          class="button is-quiet"
          id="add-filter"
          title="Add a filter (f)"
          onClick={() => setAdding(true)}
        >
          <Icon name="filter" /> Filter
        </button>
      )}
      {values.length > 1 && (
        <button type="button" class="button is-quiet" onClick={() => changeView(none)}>
          Clear all
        </button>
      )}
    </section>
  );
}
