import { useNames } from '../api/names.ts';
import { AgentLink, HumanLink } from '../components/who.tsx';
import { useView } from '../state/view.ts';

interface NamedProps {
  /** As Permit has it; `''`: nobody is named. */
  readonly of: string;
  /** Where the alert says it. */
  readonly name?: string;
}

/** An agent by its key, with the name that is known of it. */
export function NamedAgent({ of, name = '' }: NamedProps) {
  const names = useNames('agent', of === '' || name !== '' ? [] : [of], useView('-90d'));
  return <AgentLink agent={of} name={name || (names.get(of) ?? '')} />;
}

/** A human by the key, with the name that is known. */
export function NamedHuman({ of, name = '' }: NamedProps) {
  const names = useNames('human', of === '' || name !== '' ? [] : [of], useView('-90d'));
  return <HumanLink human={of} name={name || (names.get(of) ?? '')} attribution="unknown" />;
}
