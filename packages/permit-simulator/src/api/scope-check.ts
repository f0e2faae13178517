import { plainId } from '../ids.ts';
import type { Scope } from '../scope.ts';
import { forbidden } from './fault.ts';

/** Path parameters of everything inside an environment: ids in either form, or slugs. */
export interface ScopeParams {
  readonly proj: string;
  readonly env: string;
}

/** Throws 403 where a path names another project or environment than the key's own. */
export function checkScope(scope: Scope, { env, proj }: ScopeParams): void {
  checkProject(scope, proj);
  if (env !== scope.environmentKey && plainId(env) !== plainId(scope.environmentId)) {
    throw forbidden(`the environment '${env}'`);
  }
}

export function checkProject(scope: Scope, proj: string): void {
  if (proj !== scope.projectKey && plainId(proj) !== plainId(scope.projectId)) throw forbidden(`the project '${proj}'`);
}
