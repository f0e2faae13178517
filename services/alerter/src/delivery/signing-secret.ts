import { secretReference, type Variables } from '@custody/runtime';

const prefix = 'whsec_';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The key in a `whsec_…` secret of Standard Webhooks; `null` where it is none. */
export function signingKeyOf(secret: string): Buffer | null {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  if (!base64.test(text)) return null;
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : null;
}

/** A reference to a secret that signs webhooks: `whsec_` and 24 to 64 bytes in base64. */
export function signingSecret(variables: Variables, directory: string) {
  return secretReference(variables, directory).superRefine(({ value, reference }, context) => {
    if (signingKeyOf(value) !== null) return;
    const message = `what ${reference} holds must be whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)" makes one`;
    context.addIssue({ code: 'custom', message });
  });
}
