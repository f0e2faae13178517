import type { Silence } from '../api/alert-questions.ts';
import { useNames } from '../api/names.ts';
import { useEnvironments } from '../api/questions.ts';
import { shortId } from '../format/names.ts';
import { readValue, valuesOf } from '../state/filters.ts';
import { useView } from '../state/view.ts';

type Called = (label: string, text: string) => string;

/** One value as a person reads it: by name where there is one. */
function valueText(label: string, written: string, called: Called): string {
  const { text, isNegated, isPrefix } = readValue(written);
  const name = isPrefix ? text : called(label, text);
  return `${isNegated ? 'not ' : ''}${name}${isPrefix ? '…' : ''}`;
}

/** What a silence is about, environments, agents and humans by name; as it is written on hover. */
export function MatcherTags({ matcher }: { readonly matcher: Silence['matcher'] }) {
  const view = useView('-30d');
  const keysOf = (label: string) => valuesOf([matcher[label] ?? []].flat().join(',')).map((one) => readValue(one).text);
  const names = useNames('agent', keysOf('agent'), view);
  useNames('human', keysOf('human'), view);
  const environments = useEnvironments().body?.data ?? [];
  const called: Called = (label, text) => {
    if (label === 'env') return environments.find(({ env_id }) => env_id === text)?.env_name || text;
    return names.get(text) ?? (label === 'agent' || label === 'human' ? shortId(text) : text);
  };
  return (
    <span class="tags">
      {Object.entries(matcher).map(([label, values]) => {
        const written = valuesOf([values].flat().join(','));
        return (
          <span key={label} class="tag" title={written.join(', ')}>
            {label} {written.map((one) => valueText(label, one, called)).join(', ')}
          </span>
        );
      })}
    </span>
  );
}
