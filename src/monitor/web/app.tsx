import { useEffect, useState } from 'preact/hooks';
import { Empty, Notice, Page, Skeleton } from './components/index.js';
import { Layout } from './layout.js';
import { loginWanted } from './lib/api.js';
import { startLive } from './lib/live.js';
import { matchPath, usePlace } from './lib/router.js';
import { loadSession, useSession } from './lib/session.js';
import { useStore } from './lib/store.js';
import { Login } from './pages/login.js';
import { routes } from './routes.js';

/** The whole app: first who is there, then a login where one is wanted, then the page. */
export function App() {
  const session = useSession();
  const wanted = useStore(loginWanted);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const load = () =>
      loadSession().then(
        () => setProblem(undefined),
        (error: Error) => setProblem(error.message),
      );
    load();
    const timer = setInterval(() => {
      if (problem) load();
    }, 3000);
    return () => clearInterval(timer);
  }, [problem]);

  if (!session) return <main class="alone">{problem ? <Notice tone="error">{problem}</Notice> : <Skeleton />}</main>;
  if ((session.loginRequired && session.user === null) || wanted) return <Login />;
  return <Inside />;
}

function Inside() {
  const { path } = usePlace();
  useEffect(startLive, []);
  for (const { pattern, page: Found } of routes) {
    const params = matchPath(pattern, path);
    if (params)
      return (
        <Layout>
          <Found key={path} params={params} />
        </Layout>
      );
  }
  return (
    <Layout>
      <Page title="Not found">
        <Empty icon="search" title="There is no such page">
          <a href="./">To the overview</a>
        </Empty>
      </Page>
    </Layout>
  );
}
