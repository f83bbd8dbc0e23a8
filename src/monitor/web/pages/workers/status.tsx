import type { WorkerRow } from '../../../types/index.js';
import { Badge } from '../../components/index.js';

/** Whether a worker gives signs of life. */
export function WorkerStatus({ online }: Pick<WorkerRow, 'online'>) {
  return online ? (
    <Badge tone="success" icon="check">
      Online
    </Badge>
  ) : (
    <Badge tone="failure" icon="cross">
      Silent
    </Badge>
  );
}
