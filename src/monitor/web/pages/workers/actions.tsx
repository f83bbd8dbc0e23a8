import type { PoolBody, WorkerActionAnswer } from '../../../types/index.js';
import { ActionButton } from '../../components/index.js';
import { post } from '../../lib/api.js';
import { navigate } from '../../lib/router.js';
import { toast } from '../../lib/toast.js';

/** Tells a worker to do something, and says what it answered. Throws `ApiError`. */
export async function tellWorker(worker: string, action: string, body: object = {}): Promise<void> {
  const { text } = await post<WorkerActionAnswer>(`api/workers/${encodeURIComponent(worker)}/${action}`, body);
  toast('done', `${worker}: ${text}`);
}

export function ShutDown({ worker }: { worker: string }) {
  return (
    <ActionButton
      label="Shut down"
      icon="stop"
      danger
      ask={{
        title: 'Shut this worker down?',
        text: 'It takes no more tasks, and ends when those that it runs have ended. Nothing here can start it again.',
      }}
      action={() => tellWorker(worker, 'shutdown')}
      onDone={() => navigate('workers')}
    />
  );
}

/** One task of each queue more, or fewer, at once. */
export function PoolActions({ worker, onDone }: { worker: string; onDone: () => void }) {
  const change = (body: PoolBody) => tellWorker(worker, 'pool', body);
  return (
    <div class="row">
      <ActionButton label="Grow" icon="up" action={() => change({ change: 1 })} onDone={onDone} />
      <ActionButton label="Shrink" icon="down" action={() => change({ change: -1 })} onDone={onDone} />
    </div>
  );
}
