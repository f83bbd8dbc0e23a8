import { useState } from 'preact/hooks';
import { Field, Notice } from '../components/index.js';
import { loginWanted } from '../lib/api.js';
import { logIn, useSession } from '../lib/session.js';

/** The form by which staff log in. */
export function Login() {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const optional = useSession()?.loginRequired === false;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await logIn({ user, password });
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  }

  return (
    <main class="alone">
      <form class="card login" onSubmit={submit}>
        <h1>Journeyman</h1>
        <p class="muted">Log in with a staff account of the platform, or as a user of the monitor.</p>
        {problem && <Notice tone="error">{problem}</Notice>}
        <Field label="E-mail address or user name" value={user} onInput={setUser} autoComplete="username" required autofocus />
        <Field label="Password" type="password" value={password} onInput={setPassword} autoComplete="current-password" required />
        <button type="submit" class="button button-primary" disabled={busy}>
          Log in
        </button>
        {optional && (
          <button type="button" class="button" onClick={() => loginWanted.set(false)}>
            Go on without
          </button>
        )}
      </form>
    </main>
  );
}
