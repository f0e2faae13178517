import { useEnvironments } from '../api/questions.ts';
import { useRules } from '../api/rule-questions.ts';
import { literal, readValue } from '../state/filters.ts';

/** Labels with filters, as a silence has them; what says nothing is not in it. */
export type Matcher = Readonly<Record<string, string>>;

const severities = ['info', 'warning', 'critical'] as const;
const texts = [
  ['agent', 'Agent', 'key, id or name'],
  ['human', 'Human', 'key, e-mail or name'],
  ['server', 'Server', 'linear'],
  ['tool', 'Tool', 'create_issue'],
  ['reason', 'Reason of denial', 'no_permission'],
] as const;

interface MatcherFieldsProps {
  readonly matcher: Matcher;
  readonly onMatcher: (matcher: Matcher) => void;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly onValue: (value: string) => void;
}

function Choice({ label, value, choices, onValue }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={label.toLowerCase()} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        <option value="">any</option>
        {choices.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Which alerts it is about: everything that is said has to fit. */
export function MatcherFields({ matcher, onMatcher }: MatcherFieldsProps) {
  const environments = useEnvironments().body?.data ?? [];
  const rules = useRules().body?.data ?? [];
  const put = (label: string, value: string) => {
    const { [label]: _, ...others } = matcher;
    onMatcher(value.trim() === '' ? others : { ...others, [label]: value });
  };
  return (
    <div class="fields">
      <Choice
        label="Environment"
        value={readValue(matcher.env ?? '').text}
        choices={environments.map(({ env_id, env_name }) => [env_id, env_name || env_id])}
        onValue={(value) => put('env', literal(value))}
      />
      <Choice
        label="Rule"
        value={readValue(matcher.rule ?? '').text}
        choices={rules.map(({ name }) => [name, name])}
        onValue={(value) => put('rule', literal(value))}
      />
      <Choice
        label="Severity"
        value={matcher.severity ?? ''}
        choices={severities.map((severity) => [severity, severity])}
        onValue={(value) => put('severity', value)}
      />
      {texts.map(([label, name, placeholder]) => (
        <label key={label} class="field">
          <span>{name}</span>
          <input
            name={label}
            value={matcher[label] ?? ''}
            placeholder={`any; ${placeholder}`}
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget }) => put(label, currentTarget.value)}
          />
        </label>
      ))}
    </div>
  );
}
