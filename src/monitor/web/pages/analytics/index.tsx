import { useEffect, useState } from 'preact/hooks';
import { Empty, Page, Skeleton } from '../../components/index.js';
import { loginWanted } from '../../lib/api.js';
import { useSession } from '../../lib/session.js';
import type { Pages as AnalyticsPages } from './pages.js';

type Loaded = { Pages: typeof AnalyticsPages };
let loaded: Loaded | undefined;

/** The analytics, which are for those who are logged in. Their pages are fetched when somebody goes there first. */
export function Analytics({ params }: { params: Record<string, string> }) {
  const canSee = useSession()?.canSeeAnalytics;
  const [pages, setPages] = useState(loaded);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!canSee || pages) return;
    import('./pages.js').then(
      (module) => {
        loaded = module;
        setPages(module);
      },
      () => setFailed(true),
    );
  }, [canSee, pages]);

  if (canSee && pages) return <pages.Pages part={params.part} item={params.item} />;
  return (
    <Page title="Analytics">
      {!canSee && (
        <Empty icon="enter" title="The analytics are for those who are logged in">
          <button type="button" class="button button-primary" onClick={() => loginWanted.set(true)}>
            Log in
          </button>
        </Empty>
      )}
      {canSee && failed && (
        <Empty icon="warning" title="The pages could not be loaded">
          <p>The monitor may be away, or of a newer version by now.</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            Load again
          </button>
        </Empty>
      )}
      {canSee && !failed && <Skeleton />}
    </Page>
  );
}
