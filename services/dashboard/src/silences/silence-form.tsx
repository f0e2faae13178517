import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { createSilence } from '../api/alert-questions.ts';
import { ActForm } from '../components/act-form.tsx';
import { ExpiryField, usualLength } from './expiry-field.tsx';
import { type Matcher, MatcherFields } from './matcher-fields.tsx';

interface SilenceFormProps {
  readonly matcher: Matcher;
  readonly zone: string;
  readonly label?: string;
  readonly says?: string;
  readonly onDone: (isMade: boolean) => void;
  /** Where it is said of what. */
  readonly children: ComponentChildren;
}

/** Makes a silence: of what, why, and until when. */
export function SilenceForm(props: SilenceFormProps) {
  const {
    matcher,
    zone,
    label = 'Silence',
    says = 'What fits goes on record all the same, and nobody is told of it.',
  } = props;
  const [reason, setReason] = useState('');
  const [expires, setExpires] = useState<string>(usualLength);
  const act = () => {
    const text = reason.trim();
    if (Object.keys(matcher).length === 0) return 'Say of what: one of the fields at least.';
    if (text === '') return 'Say why.';
    if (expires === '') return 'Say until when.';
    return createSilence({ matcher, reason: text, expires });
  };
  return (
    <ActForm label={label} says={says} button="Silence" class="is-silence" act={act} onDone={props.onDone}>
      {props.children}
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
    </ActForm>
  );
}

/** Makes a silence of whatever is written; `matcher`: what it begins with. */
export function NewSilence({ matcher: given, zone, onDone }: Pick<SilenceFormProps, 'matcher' | 'zone' | 'onDone'>) {
  const [matcher, setMatcher] = useState(given);
  return (
    <SilenceForm
      label="New silence"
      says="Alerts that fit everything said here go on record all the same, and nobody is told of them. x* is “begins with”, !x is “not”, commas are “or”."
      {...{ matcher, zone, onDone }}
    >
      <MatcherFields matcher={matcher} onMatcher={setMatcher} />
    </SilenceForm>
  );
}
