import { Secret, secretReference, type Variables } from '@custody/runtime';
import { z } from 'zod';

/** What is wrong with an address, in words that do not repeat it; none where it is usable. */
export function addressFault(text: string): string | null {
  if (!URL.canParse(text)) return 'must be an https:// address';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https:// address';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  if (url.hash !== '') return 'must not hold a #fragment';
  return null;
}

/** An address by reference: it holds a secret. */
export function secretAddress(variables: Variables, directory: string) {
  return secretReference(variables, directory).superRefine(({ value, reference }, context) => {
    const fault = addressFault(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: `what ${reference} holds ${fault}` });
  });
}

/** An address that may be written down where nothing in it can be a secret, and by reference in any case. */
export function plainAddress(variables: Variables, directory: string) {
  const referred = secretAddress(variables, directory);
  const rule = 'must be an https:// address, or env:NAME or file:PATH where it holds a secret';
  return z.string(rule).transform((text, context): Secret => {
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (/^(env|file):/.test(text.trim())) {
      const parsed = referred.safeParse(text);
      return parsed.success ? parsed.data : fault(parsed.error.issues.map(({ message }) => message).join('; '));
    }
    const wrong = addressFault(text.trim());
    if (wrong !== null) return fault(wrong);
    const url = new URL(text.trim());
    if (url.search !== '')
      return fault('must not hold a ?query: what may be a secret is named by env:NAME or file:PATH');
    return new Secret(url.href, url.origin);
  });
}
