import { plainId } from '../ids.ts';
import type { Scope } from '../scope.ts';
import { forbidden } from './fault.ts';

/** Path parameters: ids in either form, or slugs. */
type PathParams = Readonly<Record<string, string>>;

/** Throws 403 where a path names another project or environment than the key's own. */
export function checkScope(scope: Scope, params: PathParams): void {
  checkProject(scope, params);
  const env = params.env ?? '';
  if (env !== scope.environmentKey && plainId(env) !== plainId(scope.environmentId)) {
    throw forbidden(`the environment '${env}'`);
  }
}

/** Throws 403 where a path names another project than the key's own. */
export function checkProject(scope: Scope, { proj = '' }: PathParams): void {
  if (proj !== scope.projectKey && plainId(proj) !== plainId(scope.projectId)) throw forbidden(`the project '${proj}'`);
}
