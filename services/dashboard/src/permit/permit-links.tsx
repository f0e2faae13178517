import type { Entity } from '../api/entity-questions.ts';
import { useEnvironments } from '../api/questions.ts';
import { Icon } from '../components/icon.tsx';
import { me } from '../state/access.ts';
import { readValue } from '../state/filters.ts';
import { useStore } from '../state/store.ts';
import { type PermitSubject, permitHref } from './permit-href.ts';

type Environment = readonly [id: string, name: string];

interface PermitLinksProps {
  readonly found: Entity;
  readonly kind: PermitSubject['kind'];
  /** That is chosen, by name; `''` for all. */
  readonly env: string;
}

/** Of all environments the chosen one, else those in which grants tell of the entity, else the only one. */
function environmentsOf({ found, env }: PermitLinksProps, all: readonly Environment[]): readonly Environment[] {
  if (env !== '') return all.filter(([, name]) => name === readValue(env).text);
  const granted = new Set([...found.consents, ...found.ceilings, ...found.toolLevels].map(({ env_id }) => env_id));
  const told = all.filter(([id]) => granted.has(id));
  return told.length > 0 ? told : all.length === 1 ? all : [];
}

/** Leads to the same agent, human or server in Permit's own app, or to that app where no more is known of its addresses. */
export function PermitLinks(props: PermitLinksProps) {
  const template = useStore(me)?.permit_app ?? null;
  const { body } = useEnvironments();
  if (template === null) return null;
  const all = (body?.data ?? []).map(({ env_id, env_name }): Environment => [env_id, env_name || env_id]);
  const { found, kind } = props;
  const isOfOne = template.includes('{key}');
  const about = isOfOne ? `This ${kind} in Permit` : `Permit’s own app, in which to look for ${found.key}`;
  const link = (environment: string, name: string) => (
    <a
      key={environment}
      class="button is-quiet"
      href={permitHref(template, { environment, kind, key: found.key })}
      target="_blank"
      rel="noreferrer"
      title={`${about}; opens in another tab`}
    >
      <Icon name="link" /> Permit{name !== '' && `: ${name}`}
    </a>
  );
  if (!template.includes('{environment}')) return link('', '');
  const those = environmentsOf(props, all);
  return <>{those.map(([id, name]) => link(id, those.length > 1 ? name : ''))}</>;
}
