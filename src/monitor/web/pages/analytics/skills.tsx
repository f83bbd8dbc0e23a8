import { Choice, Tile, Tiles } from '../../components/index.js';
import { formatNumber } from '../../lib/format.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import type { PlatformFigures, Skill } from './answers.js';
import { Balance } from './charts/balance.js';
import { Bars } from './charts/bars.js';
import { Figure, type FigureColumn } from './figure.js';
import { FiguresPage } from './frame.js';

const columns: FigureColumn<Skill>[] = [
  { label: 'Skill', value: ({ name }) => name },
  { label: 'Category', value: ({ category }) => category, minor: true },
  { label: 'Held by', value: ({ users }) => users },
  { label: 'Open jobs', value: ({ openJobs }) => openJobs },
  { label: 'Holders for each job', value: ({ usersPerJob }) => usersPerJob },
  { label: 'Endorsements', value: ({ endorsements }) => endorsements, minor: true },
];

const orders = [
  { value: 'mostAsked', label: 'Most asked for' },
  { value: 'scarcest', label: 'Scarcest' },
  { value: 'mostHeld', label: 'Most held' },
] as const;

/** Which skills people have, and which are asked for. */
export const SkillsPage = () => (
  <FiguresPage title="Skills" of="skills">
    {(figures) => <Skills figures={figures} />}
  </FiguresPage>
);

function Skills({ figures }: { figures: PlatformFigures['skills'] }) {
  const { totals, mostEndorsed } = figures;
  return (
    <>
      <Tiles>
        <Tile label="Skills known" value={formatNumber(totals.skills)} />
        <Tile label="Held by somebody" value={formatNumber(totals.held)} note={`${formatNumber(totals.userSkills)} times`} />
        <Tile label="Asked for by an open job" value={formatNumber(totals.asked)} />
        <Tile label="Endorsements" value={formatNumber(totals.endorsements)} />
      </Tiles>
      <div class="figure-grid">
        <SupplyAndDemand figures={figures} />
        <Figure title="Most endorsed" file="skills-most-endorsed" rows={mostEndorsed} columns={columns}>
          <Bars
            tone="success"
            bars={mostEndorsed.map(({ skillId, name, users, endorsements }) => ({
              key: skillId,
              label: name,
              note: `held by ${formatNumber(users)}`,
              value: endorsements,
            }))}
          />
        </Figure>
      </div>
    </>
  );
}

function SupplyAndDemand({ figures }: { figures: PlatformFigures['skills'] }) {
  const place = usePlace();
  const order = orders.find(({ value }) => value === place.query.get('by'))?.value ?? 'mostAsked';
  const choose = (next: string) => navigate(withQuery(place, { by: next === 'mostAsked' ? undefined : next }), { replace: true });
  const rows = figures[order];
  return (
    <Figure
      title="Supply against demand"
      file={`skills-${order}`}
      rows={rows}
      columns={columns}
      note="Who holds a skill, and the open jobs that ask for it. Each side has a scale of its own."
      aside={<Choice label="Which skills" value={order} options={orders} onChange={choose} />}
    >
      <Balance
        left="People who hold it"
        right="Open jobs that ask for it"
        rows={rows.map(({ skillId, name, users, openJobs, usersPerJob }) => ({
          key: skillId,
          label: name,
          note: usersPerJob === null ? 'no job' : `${usersPerJob.toLocaleString()} a job`,
          left: users,
          right: openJobs,
        }))}
      />
    </Figure>
  );
}
