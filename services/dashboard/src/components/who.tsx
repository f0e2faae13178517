import { isHumanKey, shortId } from '../format/names.ts';
import { hrefTo, type ViewChange } from '../state/view.ts';

interface AgentProps {
  readonly agent: string;
  readonly name: string;
  readonly filters?: ViewChange;
}

/** A caller, with what tells it from others of its name. A human who called is shown as one. */
export function AgentLink({ agent, name, filters = {} }: AgentProps) {
  // Where Permit's entry names no caller there is nothing to open.
  if (agent === '') return <span class="quiet">not named</span>;
  const path = isHumanKey(agent) ? '/humans' : '/agents';
  return (
    <a href={hrefTo(`${path}/${encodeURIComponent(agent)}`, filters)} title={agent}>
      {name === '' ? <span class="mono">{shortId(agent)}</span> : name}
      {name !== '' && !isHumanKey(agent) && <span class="mono quiet id">{shortId(agent)}</span>}
    </a>
  );
}

interface HumanProps {
  readonly human: string;
  readonly name: string;
  readonly email?: string;
  /** Why there is nobody, or how sure it is. */
  readonly attribution?: string;
  readonly candidates?: readonly string[];
}

/** The human who had authorized it, and how sure that is where it is not for certain. */
export function HumanLink({ human, name, email = '', attribution = 'exact', candidates = [] }: HumanProps) {
  if (human === '') {
    const several =
      candidates.length > 0 ? `one of ${candidates.length}` : attribution === 'none' ? 'no human' : 'not known';
    return (
      <span class="quiet" title={candidates.join(', ')}>
        {several}
      </span>
    );
  }
  return (
    <a href={hrefTo(`/humans/${encodeURIComponent(human)}`)} title={[email, human].filter(Boolean).join(' · ')}>
      {name || email || <span class="mono">{shortId(human)}</span>}
      {attribution === 'inferred' && (
        <span class="quiet small" title="inferred: the moment itself was not observed">
          {' '}
          (inferred)
        </span>
      )}
    </a>
  );
}

export function ServerLink({ server }: { readonly server: string }) {
  if (server === '') return <span class="quiet">–</span>;
  return <a href={hrefTo(`/servers/${encodeURIComponent(server)}`)}>{server}</a>;
}
