export interface RuleFault {
  readonly path: string;
  readonly line: number | null;
  readonly wrong: string;
  readonly right: string;
}

interface RuleFaultsProps {
  readonly faults: readonly RuleFault[];
  /** Leads to a line, where the text is there to be led to. */
  readonly onLine?: (line: number) => void;
}

/** Everything that is wrong with rules, each fault with its place. */
export function RuleFaults({ faults, onLine }: RuleFaultsProps) {
  return (
    <ul class="remedies">
      {faults.map(({ path, line, wrong, right }) => (
        <li key={path + wrong}>
          {line !== null && onLine !== undefined ? (
            <button type="button" class="line-link" onClick={() => onLine(line)}>
              line {line}
            </button>
          ) : (
            line !== null && <code>line {line}</code>
          )}{' '}
          <code>{path || 'the whole'}</code>: {wrong}. <span class="quiet">Right would be: {right}</span>
        </li>
      ))}
    </ul>
  );
}
