import { useState } from 'preact/hooks';
import { createSilence } from '../api/alert-questions.ts';
import { ExpiryField, usualLength } from './expiry-field.tsx';
import { type Matcher, MatcherFields } from './matcher-fields.tsx';

interface SilenceFormProps {
  /** What it begins with. */
  readonly matcher: Matcher;
  readonly zone: string;
  readonly onDone: (isMade: boolean) => void;
}

/** Makes a silence: of what, why, and until when. */
export function SilenceForm({ matcher: given, zone, onDone }: SilenceFormProps) {
  const [matcher, setMatcher] = useState(given);
  const [reason, setReason] = useState('');
  const [expires, setExpires] = useState<string>(usualLength);
  const [fault, setFault] = useState('');
  const [isSending, setSending] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const text = reason.trim();
    if (Object.keys(matcher).length === 0) return setFault('Say of what: one of the fields at least.');
    if (text === '') return setFault('Say why.');
    if (expires === '') return setFault('Say until when.');
    setSending(true);
    const said = await createSilence({ matcher, reason: text, expires });
    setSending(false);
    setFault(said);
    if (said === '') onDone(true);
  };
  return (
    <form class="act-form is-silence" onSubmit={submit} onInput={() => setFault('')} aria-label="New silence">
      <p class="quiet">
        Alerts that fit everything said here go on record all the same, and nobody is told of them. x* is “begins with”,
        !x is “not”, commas are “or”.
      </p>
      <MatcherFields matcher={matcher} onMatcher={setMatcher} />
      <div class="fields">
        <ExpiryField expires={expires} onExpires={setExpires} zone={zone} />
        <label class="field is-wide">
          <span>Why (whoever wonders at the quiet reads it)</span>
          <input
            name="why"
            value={reason}
            maxLength={1000}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
      </div>
      <p class="fault" role="alert">
        {fault}
      </p>
      <p class="act-foot">
        <button type="submit" class="button is-main" disabled={isSending}>
          Silence
        </button>
        <button type="button" class="button is-quiet" onClick={() => onDone(false)}>
          Cancel
        </button>
      </p>
    </form>
  );
}
