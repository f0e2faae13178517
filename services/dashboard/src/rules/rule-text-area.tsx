import type { Ref } from 'preact';
import type { RuleFault } from './rule-faults.tsx';

interface RuleTextAreaProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly faults: readonly RuleFault[];
  /** Of the list that tells the faults. */
  readonly faultsId: string;
  readonly area: Ref<HTMLTextAreaElement>;
}

const leastLines = 8;

/** A rule as it is written, its lines numbered and those with a fault marked. It grows with the text, so that lines stay beside their numbers. */
export function RuleTextArea({ text, onText, faults, faultsId, area }: RuleTextAreaProps) {
  const count = Math.max(leastLines, text.split('\n').length + 1);
  const wrong = new Set(faults.map(({ line }) => line));
  return (
    <div class="code-area mono">
      <ol class="code-lines" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <li key={index} class={wrong.has(index + 1) ? 'is-wrong' : ''}>
            {index + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={area}
        name="rule"
        rows={count}
        wrap="off"
        spellcheck={false}
        aria-label="The rule, as in the file"
        aria-invalid={faults.length > 0}
        aria-describedby={faultsId}
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    </div>
  );
}

/** Selects a line, the first being 1. */
export function selectLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
}
