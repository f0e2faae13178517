import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { faultText } from '../api/change.ts';
import type { Failure } from '../api/use-answer.ts';

interface ActFormProps {
  readonly label: string;
  /** What comes of it. */
  readonly says: string;
  readonly button: string;
  readonly class?: string;
  /** Does it, and resolves with why not, or `null`; a text: what is to be said first. */
  readonly act: () => string | Promise<Failure | null>;
  readonly onDone: (isDone: boolean) => void;
  readonly children: ComponentChildren;
}

/** Something that is done once, and told: fields, why it could not be done, and the way out. */
export function ActForm({ label, says, button, class: name = '', act, onDone, children }: ActFormProps) {
  const [fault, setFault] = useState('');
  const [isSending, setSending] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const sending = act();
    if (typeof sending === 'string') return setFault(sending);
    setSending(true);
    const failure = await sending;
    setSending(false);
    setFault(faultText(failure));
    if (failure === null) onDone(true);
  };
  return (
    <form class={`act-form ${name}`} onSubmit={submit} onInput={() => setFault('')} aria-label={label}>
      <p class="quiet">{says}</p>
      {children}
      <p class="fault" role="alert">
        {fault}
      </p>
      <p class="act-foot">
        <button type="submit" class="button is-main" disabled={isSending}>
          {button}
        </button>
        <button type="button" class="button is-quiet" onClick={() => onDone(false)}>
          Cancel
        </button>
      </p>
    </form>
  );
}
