import type { ComponentChildren } from 'preact';
import type { Answer, Failure } from '../api/use-answer.ts';
import { ago } from '../format/times.ts';

/** Nothing is there, and that is an answer: says of what, and what would show more. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children !== undefined && <p class="quiet">{children}</p>}
    </div>
  );
}

/** It could not be answered: what is wrong, what would be right, and the code to look up. */
export function Failed({ failure, again }: { readonly failure: Failure; readonly again: () => void }) {
  return (
    <div class="state is-failed" role="alert">
      <p class="state-title">{failure.detail}</p>
      <p class="quiet">{failure.remedy}</p>
      <p class="state-foot">
        <code>{failure.code}</code>
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      </p>
    </div>
  );
}

/** What is shown is older than it should be. */
export function Stale({ answer }: { readonly answer: Answer<unknown> }) {
  return (
    <span class="note is-warn" title={answer.failure?.detail ?? ''} role="status">
      stale: as of {ago(answer.atMs, Date.now())}
    </span>
  );
}

/** Room for what is being asked for. */
export function Skeleton({ rows = 1, height = 1.6 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row" style={{ height: `${height}rem` }} />
      ))}
    </div>
  );
}
