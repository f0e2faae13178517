import type { ComponentChildren } from 'preact';
import type { Answer } from '../api/use-answer.ts';
import { Failed, Stale } from './states.tsx';

interface PanelProps {
  readonly title: string;
  /** Beside the title: what it is about, or something to do. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  /** Whether what is inside is being replaced. */
  readonly isBusy?: boolean;
  readonly class?: string;
}

/** A part of a page with a heading. */
export function Panel({ title, aside, children, isBusy = false, class: own = '' }: PanelProps) {
  return (
    <section class={`panel ${own}`} aria-label={title} aria-busy={isBusy}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

interface AnsweredProps<Body> extends Omit<PanelProps, 'children' | 'isBusy'> {
  readonly answer: Answer<Body>;
  /** Shown before the first answer, as large as what will be there. */
  readonly skeleton: ComponentChildren;
  readonly children: (body: Body) => ComponentChildren;
}

/** A panel of an answer in every state that it may have: asked for, there, being replaced, stale, or refused. */
export function AnswerPanel<Body>({ answer, skeleton, children, aside, ...panel }: AnsweredProps<Body>) {
  const { body, failure, isOld } = answer;
  const isStale = failure !== null && body !== null && !isOld;
  const note = isStale ? <Stale answer={answer} /> : aside;
  return (
    <Panel {...panel} aside={note} isBusy={answer.isLoading}>
      {failure !== null && !isStale ? (
        <Failed failure={failure} again={answer.again} />
      ) : body === null ? (
        skeleton
      ) : (
        <div class={isOld ? 'is-old' : ''}>{children(body)}</div>
      )}
    </Panel>
  );
}
