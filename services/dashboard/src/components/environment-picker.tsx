import { useEnvironments } from '../api/questions.ts';
import { literal, readValue } from '../state/filters.ts';
import { changeView, type View } from '../state/view.ts';

/** Chooses an environment by its name; where there is one only, it says which. */
export function EnvironmentPicker({ view }: { readonly view: View }) {
  const { body } = useEnvironments();
  const names = (body?.data ?? []).map(({ env_name }) => env_name);
  if (names.length === 0) return null;
  if (names.length === 1 && view.env === '')
    return (
      <span class="tag" title="Environment">
        {names[0]}
      </span>
    );
  const chosen = readValue(view.env).text;
  const known = chosen === '' || names.includes(chosen) ? names : [...names, chosen];
  return (
    <label class="pick">
      <span class="hidden-visually">Environment</span>
      <select value={chosen} onChange={({ currentTarget }) => changeView({ env: literal(currentTarget.value) })}>
        <option value="">All environments</option>
        {known.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
