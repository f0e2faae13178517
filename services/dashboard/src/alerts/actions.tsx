import { useState } from 'preact/hooks';
import { actOnAlert, type WholeAlert } from '../api/alert-questions.ts';
import { ActForm } from '../components/act-form.tsx';
import { SilenceForm } from '../silences/silence-form.tsx';
import { literal } from '../state/filters.ts';
import { useView } from '../state/view.ts';
import { subjectFilters } from './subject-filters.ts';

const buttons = { acknowledge: 'Acknowledge', resolve: 'Resolve', silence: 'Silence' } as const;
type Act = keyof typeof buttons;

/** What comes of an act that a note goes with. */
const noted = {
  acknowledge: 'Its channels are told that you have taken it, and it reminds nobody any more.',
  resolve: 'It ends for its channels. While it goes on nothing more is told of it, until it grows or comes back.',
} as const;

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

interface ActProps {
  readonly alert: WholeAlert;
  readonly onDone: () => void;
}

/** Takes or ends the alert, with a note. */
function Noted({ act, alert, onDone }: ActProps & { readonly act: keyof typeof noted }) {
  const [note, setNote] = useState('');
  return (
    <ActForm
      label={buttons[act]}
      says={noted[act]}
      button={buttons[act]}
      act={() => actOnAlert(alert.id, act, note.trim())}
      onDone={onDone}
    >
      <label class="field">
        <span>Note (kept on record)</span>
        <input
          name="note"
          value={note}
          maxLength={1000}
          onInput={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
    </ActForm>
  );
}

/** Silences what the alert is about, as narrowly as is chosen. */
function Silenced({ alert, onDone }: ActProps) {
  const { zone } = useView();
  const [of, setOf] = useState(0);
  const matchers = matchersOf(alert);
  return (
    <SilenceForm matcher={matchers[of]?.[1] ?? {}} zone={zone} onDone={onDone}>
      <label class="field">
        <span>What</span>
        <select value={String(of)} onChange={({ currentTarget }) => setOf(Number(currentTarget.value))}>
          {matchers.map(([text], index) => (
            <option key={text} value={String(index)}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </SilenceForm>
  );
}

/** What somebody of the scope operate may do about an alert. */
export function Actions({ alert, onDone }: ActProps) {
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
            {buttons[one]}
            {one === 'silence' && '…'}
          </button>
        ))}
      </div>
      {act !== null &&
        offered.includes(act) &&
        (act === 'silence' ? (
          <Silenced alert={alert} onDone={done} />
        ) : (
          <Noted key={act} act={act} alert={alert} onDone={done} />
        ))}
    </div>
  );
}
