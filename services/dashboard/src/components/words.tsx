import { verdictWords } from '../format/names.ts';
import { fullTime, momentTime } from '../format/times.ts';

/** Allowed or Denied, told by shape and word as well as by colour. */
export function Verdict({ decision }: { readonly decision: string }) {
  return <span class={`verdict is-${decision}`}>{verdictWords[decision] ?? decision}</span>;
}

/** A trust level; nothing that is known is a dash. */
export function Level({ level }: { readonly level: string }) {
  return level === '' ? <span class="quiet">–</span> : <span class={`level is-${level}`}>{level}</span>;
}

interface TimeProps {
  /** RFC 3339; `null` or empty: never. */
  readonly at: string | null;
  readonly zone: string;
  readonly hasSeconds?: boolean;
}

/** An instant, short; all of it on hover, with its zone. */
export function Time({ at, zone, hasSeconds = false }: TimeProps) {
  if (at === null || at === '') return <span class="quiet">–</span>;
  return (
    <time class="nowrap" dateTime={at} title={fullTime(at, zone)}>
      {momentTime(Date.parse(at), zone, { hasSeconds })}
    </time>
  );
}
