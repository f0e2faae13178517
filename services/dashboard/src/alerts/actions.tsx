import { useState } from 'preact/hooks';
import { actOnAlert, createSilence, type WholeAlert } from '../api/alert-questions.ts';
import { ExpiryField, usualLength } from '../silences/expiry-field.tsx';
import { literal } from '../state/filters.ts';
import { useView } from '../state/view.ts';
import { subjectFilters } from './subject-filters.ts';

type Act = 'acknowledge' | 'resolve' | 'silence';

const acts: Readonly<Record<Act, { readonly button: string; readonly says: string; readonly note: string }>> = {
  acknowledge: {
    button: 'Acknowledge',
    says: 'Its channels are told that you have taken it, and it reminds nobody any more.',
    note: 'Note (kept on record)',
  },
  resolve: {
    button: 'Resolve',
    says: 'It ends for its channels. While it goes on nothing more is told of it, until it grows or comes back.',
    note: 'Note (kept on record)',
  },
  silence: {
    button: 'Silence',
    says: 'What fits goes on record all the same, and nobody is told of it.',
    note: 'Reason (whoever wonders at the quiet reads it)',
  },
};

/** What may be silenced from an alert, the narrowest first. */
function matchersOf({ rule, subject }: WholeAlert): readonly (readonly [string, Record<string, string>])[] {
  const own = subjectFilters(subject);
  const env = { env: literal(subject.env_id) };
  const byRule = { ...env, rule: literal(rule) };
  const name = subject.name || subject.key || subject.kind;
  if (Object.keys(own).length === 0) return [[`${rule} in ${subject.env_name}`, byRule]];
  return [
    [`${rule} about ${name}`, { ...byRule, ...own }],
    [`everything about ${name}`, { ...env, ...own }],
    [`${rule} in ${subject.env_name}`, byRule],
  ];
}

interface ActFormProps {
  readonly act: Act;
  readonly alert: WholeAlert;
  readonly onDone: (fault: string) => void;
}

function ActForm({ act, alert, onDone }: ActFormProps) {
  const [note, setNote] = useState('');
  const [of, setOf] = useState('0');
  const [expires, setExpires] = useState<string>(usualLength);
  const [fault, setFault] = useState('');
  const [isSending, setSending] = useState(false);
  const { zone } = useView();
  const matchers = matchersOf(alert);
  const submit = async (event: Event) => {
    event.preventDefault();
    const text = note.trim();
    if (act === 'silence' && text === '') return setFault('Say why.');
    if (act === 'silence' && expires === '') return setFault('Say until when.');
    setSending(true);
    const [, matcher] = matchers[Number(of)] ?? ['', {}];
    const said =
      act === 'silence'
        ? await createSilence({ matcher, reason: text, expires })
        : await actOnAlert(alert.id, act, text);
    setSending(false);
    setFault(said);
    if (said === '') onDone('');
  };
  return (
    <form class="act-form" onSubmit={submit} aria-label={acts[act].button}>
      <p class="quiet">{acts[act].says}</p>
      {act === 'silence' && (
        <div class="fields">
          <label class="field">
            <span>What</span>
            <select value={of} onChange={({ currentTarget }) => setOf(currentTarget.value)}>
              {matchers.map(([text], index) => (
                <option key={text} value={String(index)}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <ExpiryField expires={expires} onExpires={setExpires} zone={zone} />
        </div>
      )}
      <label class="field">
        <span>{acts[act].note}</span>
        <input
          name="note"
          value={note}
          maxLength={1000}
          onInput={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
      <p class="fault" role="alert">
        {fault}
      </p>
      <p class="act-foot">
        <button type="submit" class="button is-main" disabled={isSending}>
          {acts[act].button}
        </button>
        <button type="button" class="button is-quiet" onClick={() => onDone('')}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** What somebody of the scope operate may do about an alert. */
export function Actions({ alert, onDone }: { readonly alert: WholeAlert; readonly onDone: () => void }) {
  const [act, setAct] = useState<Act | null>(null);
  const { status, pending } = alert;
  const isAsked = (kind: Act) => pending.some(({ action }) => action === kind);
  const offered: Act[] = [
    ...(status === 'open' && !isAsked('acknowledge') ? (['acknowledge'] as const) : []),
    ...((status === 'open' || status === 'acknowledged') && !isAsked('resolve') ? (['resolve'] as const) : []),
    'silence',
  ];
  const done = () => {
    setAct(null);
    onDone();
  };
  return (
    <div class="alert-act">
      <div class="act-buttons">
        {offered.map((one) => (
          <button
            type="button"
            key={one}
            class="button"
            aria-expanded={act === one}
            onClick={() => setAct(act === one ? null : one)}
          >
            {acts[one].button}
            {one === 'silence' && '…'}
          </button>
        ))}
      </div>
      {act !== null && offered.includes(act) && <ActForm key={act} act={act} alert={alert} onDone={done} />}
    </div>
  );
}
