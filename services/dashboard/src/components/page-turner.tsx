interface PageTurnerProps {
  /** Of the pages before this one. */
  readonly cursors: readonly string[];
  /** Of the next page, where there is one. */
  readonly next: string | null | undefined;
  readonly onTurn: (cursors: readonly string[]) => void;
}

/** From page to page of a list that is paged by cursors. */
export function PageTurner({ cursors, next, onTurn }: PageTurnerProps) {
  return (
    <p class="trend-foot small">
      <span class="quiet">Page {cursors.length + 1}</span>
      <span>
        <button
          type="button"
          class="button is-quiet"
          disabled={cursors.length === 0}
          onClick={() => onTurn(cursors.slice(0, -1))}
        >
          Newer
        </button>
        <button type="button" class="button is-quiet" disabled={!next} onClick={() => onTurn([...cursors, next ?? ''])}>
          Older
        </button>
      </span>
    </p>
  );
}
