import type { Rule } from '../api/rule-questions.ts';
import { ruleText } from './rule-text.ts';
import { originText } from './rule-words.ts';

interface ChangedMeanwhileProps {
  readonly name: string;
  /** That runs by now; `null` where none does. */
  readonly running: Rule | null;
  /** Goes on from what runs, with a text where that is taken too. */
  readonly onSeen: (text?: string) => void;
}

/** Somebody else changed the rule while it was being edited: what it says now, and which of the two to go on with. */
export function ChangedMeanwhile({ name, running, onSeen }: ChangedMeanwhileProps) {
  return (
    <div class="changed-meanwhile" role="alert">
      <p>
        <b>{name} was changed meanwhile.</b>{' '}
        {running === null ? 'There is none of that name any more.' : `By now (${originText(running)}) it says:`}
      </p>
      {running !== null && <pre class="code small">{ruleText(running.document)}</pre>}
      <p class="act-foot">
        <button type="button" class="button" onClick={() => onSeen()}>
          Go on with mine
        </button>
        {running !== null && (
          <button type="button" class="button" onClick={() => onSeen(ruleText(running.document))}>
            Take that
          </button>
        )}
      </p>
    </div>
  );
}
