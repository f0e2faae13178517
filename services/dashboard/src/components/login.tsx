import { useState } from 'preact/hooks';
import { signIn } from '../api/session.ts';

/** Asks for a token; it is kept for this tab only. */
export function Login({ notice }: { readonly notice: string }) {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState(notice);
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = token.trim();
    if (given === '') return setFault('Enter a token.');
    setAsking(true);
    setFault(await faultOf(given));
    setAsking(false);
  };
  return (
    <main class="alone">
      <form class="login" onSubmit={submit}>
        <h1>Custody</h1>
        <p class="quiet">
          This Custody asks for a token. Whoever runs it makes one with <code>custody token create</code>.
        </p>
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="token-fault token-note"
          aria-invalid={fault !== ''}
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <p id="token-fault" class="fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="button is-main" disabled={isAsking}>
          {isAsking ? 'Asking…' : 'Sign in'}
        </button>
        <p id="token-note" class="quiet small">
          It is kept in this tab until you close it or log out, and sent to this Custody only.
        </p>
      </form>
    </main>
  );
}

/** Signs in where the token does, or tells why not. */
async function faultOf(token: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch('/v1/me', { headers: { authorization: `Bearer ${token}` } });
  } catch {
    // A text that is no header's value never leaves the browser.
    return /^[\x21-\x7e]+$/.test(token)
      ? 'Custody does not answer.'
      : 'This is no token: it has characters that none has.';
  }
  if (response.ok) {
    signIn(token);
    return '';
  }
  const body = (await response.json().catch(() => null)) as { detail?: string } | null;
  return body?.detail ?? `The answer was HTTP ${response.status}.`;
}
