import { EntityPage } from '../entities/entity-page.tsx';
import type { PageProps } from './registry.ts';

export default function Human({ parts }: PageProps) {
  return <EntityPage kind="humans" entity={parts.key ?? ''} />;
}
