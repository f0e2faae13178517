export interface PermitSubject {
  /** Id of its environment. */
  readonly environment: string;
  readonly kind: 'agent' | 'human' | 'server';
  readonly key: string;
}

/** The address of somebody in Permit's own app: a template with what stands for them put in, as text and nothing else. */
export function permitHref(template: string, subject: PermitSubject): string {
  return template.replaceAll(/\{(environment|kind|key)\}/g, (_, name: keyof PermitSubject) =>
    encodeURIComponent(subject[name]),
  );
}
