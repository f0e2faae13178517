import { useEffect } from 'preact/hooks';
import { forgetNames } from './api/names.ts';
import { useMe } from './api/questions.ts';
import { session } from './api/session.ts';
import { forgetAnswers } from './api/use-answer.ts';
import { Login } from './components/login.tsx';
import { Shell } from './components/shell.tsx';
import { Failed } from './components/states.tsx';
import { me } from './state/access.ts';
import { theme } from './state/preference.ts';
import { useStore } from './state/store.ts';

/** Has the chosen theme worn by the page; `auto` follows the machine's. */
function useTheme(): void {
  const choice = useStore(theme);
  useEffect(() => {
    if (choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  }, [choice]);
}

/** The page, once it is known who looks at it. */
function SignedIn({ token }: { readonly token: string | null }) {
  // Of another token is another answer; the token itself is no name of anything.
  const answer = useMe(token === null ? 'open' : token.slice(-4));
  const found = answer.body?.data ?? null;
  useEffect(() => me.set(found), [found]);
  if (found !== null) return <Shell />;
  if (answer.failure === null) return null;
  return (
    <main class="alone">
      <Failed failure={answer.failure} again={answer.again} />
    </main>
  );
}

export function App() {
  useTheme();
  const { token, isRefused, notice } = useStore(session);
  useEffect(() => {
    forgetAnswers();
    forgetNames();
  }, [token]);
  if (isRefused) return <Login notice={notice} />;
  return <SignedIn key={token ?? ''} token={token} />;
}
