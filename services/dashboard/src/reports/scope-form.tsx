import { useEffect, useState } from 'preact/hooks';
import { useAgents, useHumans, useServers } from '../api/entity-questions.ts';
import { Icon } from '../components/icon.tsx';
import { Panel } from '../components/panel.tsx';
import { shortId } from '../format/names.ts';
import { literal } from '../state/filters.ts';
import { changeView, type View } from '../state/view.ts';
import { isPeriod, periodsOf } from './periods.ts';
import type { ScopeName } from './report-query.ts';

const mostOffered = 300;

interface Choice {
  readonly value: string;
  readonly text: string;
}

interface ScopeFieldProps {
  readonly name: ScopeName;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
}

/** Takes effect when it is left or Enter is pressed. */
function ScopeField({ name, label, value, choices }: ScopeFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const take = () => {
    if (text.trim() !== value) changeView({ [name]: text.trim() });
  };
  return (
    <label class="field">
      <span>{label}</span>
      <span class="field-with">
        <input
          name={name}
          list={`choices-${name}`}
          value={text}
          placeholder="all"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onChange={take}
          onKeyDown={({ key }) => key === 'Enter' && take()}
        />
        {value !== '' && (
          <button
            type="button"
            class="button is-quiet"
            aria-label={`All: no ${label.toLowerCase()}`}
            onClick={() => changeView({ [name]: '' })}
          >
            <Icon name="close" />
          </button>
        )}
      </span>
      <datalist id={`choices-${name}`}>
        {choices.map(({ value: one, text: said }) => (
          <option key={one} value={one}>
            {said}
          </option>
        ))}
      </datalist>
    </label>
  );
}

/** Of when and of whom: all of it is in the address. */
export function ScopeForm({ view }: { readonly view: View }) {
  // Of everybody in the range, whoever is chosen.
  const everybody: View = { ...view, filters: {}, refreshMs: null };
  const humans = useHumans(everybody, mostOffered).body?.data ?? [];
  const agents = useAgents(everybody, mostOffered).body?.data ?? [];
  const servers = useServers(everybody, mostOffered).body?.data ?? [];
  const { human = '', agent = '', server = '' } = view.filters;
  return (
    <Panel title="Period and scope">
      <fieldset class="periods" aria-label="Period">
        {periodsOf(Date.now(), view.zone).map((period) => (
          <button
            type="button"
            key={period.name}
            class="button is-quiet"
            aria-pressed={isPeriod(view.range, period)}
            onClick={() => changeView({ from: period.from, to: period.to })}
          >
            {period.name}
          </button>
        ))}
      </fieldset>
      <div class="fields">
        <ScopeField
          name="human"
          label="Authorizing human"
          value={human}
          choices={humans.map((one) => ({ value: literal(one.email || one.human), text: one.name || one.human }))}
        />
        <ScopeField
          name="agent"
          label="Agent"
          value={agent}
          choices={agents.map((one) => ({ value: literal(one.agent), text: `${one.name} ${shortId(one.agent)}` }))}
        />
        <ScopeField
          name="server"
          label="Server"
          value={server}
          choices={servers.map((one) => ({ value: literal(one.server), text: one.server }))}
        />
      </div>
      <p class="quiet small">
        By key, bare id, e-mail or name. Several with commas, !x for everybody but x. Any other period: at the top of
        the page.
      </p>
    </Panel>
  );
}
