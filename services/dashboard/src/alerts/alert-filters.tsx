import { useEffect, useState } from 'preact/hooks';
import type { AlertsBody } from '../api/alert-questions.ts';
import { Icon } from '../components/icon.tsx';
import { exact } from '../format/numbers.ts';
import { changeView } from '../state/view.ts';
import { statusText } from './words.tsx';

const severities = ['critical', 'warning', 'info'] as const;
const statuses = ['open', 'acknowledged', 'resolved', 'withdrawn'] as const;

/** What narrows the list, as the address says it. */
export interface AlertFilters {
  readonly status: string;
  readonly severity: string;
  readonly rule: string;
  readonly q: string;
}

export function filtersOf(query: URLSearchParams): AlertFilters {
  const of = (name: string) => query.get(name) ?? '';
  return { status: of('status'), severity: of('severity'), rule: of('rule'), q: of('q') };
}

/** Those that say something, as the API takes them. */
export function asQuery(filters: AlertFilters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, text]) => text !== ''));
}

interface ChoiceProps {
  readonly name: 'status' | 'severity';
  readonly value: string;
  readonly choices: readonly string[];
  /** `null` before they are known. */
  readonly counts: Readonly<Record<string, number>> | null;
  readonly text: (choice: string) => string;
}

function Choice({ name, value, choices, counts, text }: ChoiceProps) {
  return (
    <fieldset class="choice" aria-label={name === 'status' ? 'Status' : 'Severity'}>
      {['', ...choices].map((choice) => (
        <button
          type="button"
          key={choice}
          class="button is-quiet"
          aria-pressed={value === choice}
          onClick={() => changeView({ [name]: choice })}
        >
          {choice === '' ? 'All' : text(choice)}
          {choice !== '' && counts !== null && <span class="quiet small">{exact(counts[choice] ?? 0)}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function TextFilter({ value }: { readonly value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <input
      aria-label="Text in title, sentence, subject or rule"
      placeholder="Text in title or subject"
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onChange={() => changeView({ q: text.trim() })}
    />
  );
}

/** Status and severity with how many there are of each, a rule, and a text. */
export function AlertFilterBar({
  filters,
  body,
}: {
  readonly filters: AlertFilters;
  readonly body: AlertsBody | null;
}) {
  const { status: ofStatus = null, severity: ofSeverity = null } = body?.meta.counts ?? {};
  const { status, severity, rule, q } = filters;
  return (
    <div class="alert-filters">
      <Choice name="status" value={status} choices={statuses} counts={ofStatus} text={statusText} />
      <Choice
        name="severity"
        value={severity}
        choices={severities}
        counts={ofSeverity}
        text={(one) => one.charAt(0).toUpperCase() + one.slice(1)}
      />
      <TextFilter value={q} />
      {rule !== '' && (
        <span class="chip">
          <span class="quiet">Rule</span> <span class="cut">{rule}</span>
          <button type="button" aria-label={`Remove filter: rule ${rule}`} onClick={() => changeView({ rule: '' })}>
            <Icon name="close" />
          </button>
        </span>
      )}
    </div>
  );
}
