import { EntityPage } from '../entities/entity-page.tsx';
import type { PageProps } from './registry.ts';

export default function Agent({ parts }: PageProps) {
  return <EntityPage kind="agents" entity={parts.key ?? ''} />;
}
