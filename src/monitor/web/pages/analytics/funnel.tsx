import { formatShare } from '../../lib/format.js';
import type { PlatformFigures } from './answers.js';
import { exactly, Figure, type FigureColumn } from './figure.js';

type Stage = PlatformFigures['jobs']['funnel'][number];

const words: Record<Stage['stage'], string> = {
  applied: 'Applied',
  answered: 'Got an answer',
  interview: 'Interview',
  offered: 'Offer',
};

const columns: FigureColumn<Stage>[] = [
  { label: 'Stage', value: ({ stage }) => words[stage] },
  { label: 'Applications', value: ({ applications }) => applications },
  { label: 'Share of all', value: ({ share }) => share, format: formatShare },
];

/** How far applications come. */
export function Funnel({ stages }: { stages: Stage[] }) {
  return (
    <Figure
      title="Funnel of applications"
      file="applications-funnel"
      rows={stages}
      columns={columns}
      note="How many applications came so far at least."
    >
      <ol class="funnel">
        {stages.map((stage, index) => (
          <li key={stage.stage}>
            <span class="funnel-bar" style={{ width: `${(stage.share ?? 0) * 100}%` }} />
            <span class="funnel-words">
              <b>{words[stage.stage]}</b> {exactly(stage.applications)}
              {stage.share !== null && <small>{formatShare(stage.share)} of all</small>}
              <Step from={stages[index - 1]} to={stage} />
            </span>
          </li>
        ))}
      </ol>
    </Figure>
  );
}

/** Which share of the stage before came on. */
function Step({ from, to }: { from: Stage | undefined; to: Stage }) {
  if (!from || from.applications === 0 || from.stage === 'applied') return null;
  return <small>, {formatShare(to.applications / from.applications)} of those before</small>;
}
