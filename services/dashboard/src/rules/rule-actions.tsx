import { useState } from 'preact/hooks';
import { faultText } from '../api/change.ts';
import { deleteRule, putRule, type Rule, ruleChanged } from '../api/rule-questions.ts';
import type { Failure } from '../api/use-answer.ts';

interface RuleActionsProps {
  readonly rule: Rule;
  readonly onEdit: () => void;
  /** Told in words what was done. */
  readonly onDone: (said: string) => void;
  /** Told that the rule is another one by now. */
  readonly onStale: () => void;
}

/** The rule switched on or off, everything else as it is written. */
function switched({ document, enabled }: Rule): Record<string, unknown> {
  const { enabled: _, ...rest } = document;
  return enabled ? { ...rest, enabled: false } : rest;
}

/** What whoever may change rules does to one that is not of the file. */
export function RuleActions({ rule, onEdit, onDone, onStale }: RuleActionsProps) {
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [fault, setFault] = useState('');
  const { name, version, enabled, origin, stands_in_for } = rule;
  const act = async (sending: Promise<Failure | null>, said: string) => {
    setSending(true);
    const failure = await sending;
    setSending(false);
    setAsking(false);
    setFault(faultText(failure));
    if (failure?.code === ruleChanged) onStale();
    if (failure === null) onDone(said);
  };
  const onSwitch = () =>
    act(putRule({ name, rule: switched(rule), goesBy: version }), `${name} is switched ${enabled ? 'off' : 'on'}.`);
  const onDelete = () => act(deleteRule(rule), `${name} is deleted.`);
  const after = stands_in_for.includes('default')
    ? 'The one of that name that comes with Custody runs again.'
    : 'It judges nothing any more; what it said stays on record.';
  return (
    <div class="rule-actions">
      {isAsking ? (
        <p class="act-foot" role="alert">
          <span>
            Delete {name}? {after}
          </span>
          <button type="button" class="button is-main" disabled={isSending} onClick={onDelete}>
            Delete
          </button>
          <button type="button" class="button is-quiet" onClick={() => setAsking(false)}>
            Keep
          </button>
        </p>
      ) : (
        <p class="act-foot">
          <button type="button" class="button" aria-label={`Edit ${name}`} disabled={isSending} onClick={onEdit}>
            Edit
          </button>
          <button type="button" class="button" disabled={isSending} onClick={onSwitch}>
            Switch {enabled ? 'off' : 'on'}
          </button>
          {origin === 'api' && (
            <button type="button" class="button is-quiet" disabled={isSending} onClick={() => setAsking(true)}>
              Delete…
            </button>
          )}
        </p>
      )}
      {fault !== '' && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
