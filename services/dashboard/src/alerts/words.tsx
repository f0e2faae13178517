import { hrefTo } from '../state/view.ts';

const severityWords: Readonly<Record<string, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' };
const statusWords: Readonly<Record<string, string>> = {
  open: 'Open',
  acknowledged: 'Taken',
  resolved: 'Resolved',
  withdrawn: 'Withdrawn',
};

/** How bad it is, told by shape and word as well as by colour. */
export function Severity({ severity }: { readonly severity: string }) {
  return <span class={`severity is-${severity}`}>{severityWords[severity] ?? severity}</span>;
}

export function statusText(status: string): string {
  return statusWords[status] ?? status;
}

interface SubjectProps {
  readonly subject: {
    readonly kind: string;
    readonly key: string;
    readonly name: string;
    readonly env_name: string;
  };
}

const pages: Readonly<Record<string, string>> = { agent: 'agents', human: 'humans', server: 'servers' };

/** What an alert is about, leading to its own page where it has one. */
export function Subject({ subject: { kind, key, name, env_name } }: SubjectProps) {
  const page = pages[kind];
  const text = kind === 'environment' ? env_name : name || key;
  return (
    <>
      <span class="quiet">{kind}</span>{' '}
      {page === undefined || key === '' ? text : <a href={hrefTo(`/${page}/${encodeURIComponent(key)}`)}>{text}</a>}
    </>
  );
}

export function RuleLink({ rule }: { readonly rule: string }) {
  return <a href={hrefTo('/alerts', { rule })}>{rule}</a>;
}
