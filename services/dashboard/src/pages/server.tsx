import { EntityPage } from '../entities/entity-page.tsx';
import type { PageProps } from './registry.ts';

export default function Server({ parts }: PageProps) {
  return <EntityPage kind="servers" entity={parts.key ?? ''} />;
}
