export interface RuleFault {
  readonly path: string;
  readonly line: number | null;
  readonly wrong: string;
  readonly right: string;
}

/** Everything that is wrong with rules, each fault with its place. */
export function RuleFaults({ faults }: { readonly faults: readonly RuleFault[] }) {
  return (
    <ul class="remedies">
      {faults.map(({ path, line, wrong, right }) => (
        <li key={path + wrong}>
          <code>
            {line !== null && `line ${line}, `}
            {path || 'the whole'}
          </code>
          : {wrong}. <span class="quiet">{right}</span>
        </li>
      ))}
    </ul>
  );
}
