import { describe, expect, it } from 'vitest';
import { createIndex, type Item, type Kind, recommend, type UserFacts } from '#src/recommendations/engine/index.js';
import { now, type Platform, snapshotOf, userWith } from '../support/snapshot.js';

const day = 86_400_000;
const ago = (days: number) => new Date(now.getTime() - days * day);
const skills = ['SQL', 'Go', 'CSS', 'Docker', 'Kubernetes', 'Excel'];
const [sql, go, css, docker, kubernetes, excel] = [1, 2, 3, 4, 5, 6];

function recommended(kind: Kind, platform: Omit<Platform, 'skills'>, user: UserFacts, limit = 10): Item[] {
  return recommend(createIndex(snapshotOf({ skills, ...platform })), user, { [kind]: limit }, now)[kind]!;
}
const titles = (items: Item[]) => items.map(({ title }) => title);
const each = (...ids: number[]) => Object.fromEntries(ids.map((id) => [id, 1]));

describe('jobs', () => {
  const jobs = (list: NonNullable<Platform['jobs']>, user: UserFacts, limit?: number) =>
    recommended('jobs', { jobs: list }, user, limit);

  it('are given with company, place, score, reason and facts', () => {
    const asks = each(sql, go, css, docker);
    expect(jobs([{ title: 'Back-End Engineer', company: 'Acme', remote: true, asks }], userWith({ [sql]: 5, [go]: 5 }))).toEqual([
      {
        id: 1,
        title: 'Back-End Engineer',
        subtitle: 'Acme, Leeds (remote)',
        // Half of the skills, all equally rare, for somebody whose level is not known.
        score: 0.45,
        reason: 'You have 2 of the 4 skills it asks for: SQL and Go',
        matched: ['SQL', 'Go'],
        missing: ['CSS', 'Docker'],
      },
    ]);
  });

  it.each([
    ['what counts more in the job', { asks: { [sql]: 5, [css]: 1 } }, { asks: { [sql]: 1, [css]: 5 } }, {}],
    ['what is required', { asks: each(sql, css), welcome: [css] }, { asks: each(sql, css), welcome: [sql] }, {}],
    ['a job at the level', { asks: each(sql), level: 'mid' }, { asks: each(sql), level: 'senior' }, { level: 'mid' }],
    [
      'a step up rather than a step down',
      { asks: each(sql), level: 'senior' },
      { asks: each(sql), level: 'junior' },
      { level: 'mid' },
    ],
    ['a job in town', { asks: each(sql), location: 'leeds, UK' }, { asks: each(sql), location: 'York' }, { location: 'Leeds' }],
    ['a remote job', { asks: each(sql), remote: true }, { asks: each(sql), location: 'York' }, { location: 'Bath' }],
    ['a fresh job', { asks: each(sql), posted: ago(1) }, { asks: each(sql), posted: ago(30) }, {}],
  ] as const)('put %s first', (_, better, worse, facts) => {
    const user = userWith({ [sql]: 4 }, facts);
    for (const list of [
      [better, worse],
      [worse, better],
    ]) {
      const ranked = jobs(
        list.map((job) => ({ ...job, title: job === better ? 'better' : 'worse' })) as Platform['jobs'] & object,
        user,
      );
      expect(titles(ranked)).toEqual(['better', 'worse']);
    }
  });

  it('put first what the user knows best, and the rarer of two skills', () => {
    const common = Array.from({ length: 5 }, () => ({ title: 'common', asks: each(excel) }));
    const [best] = jobs([...common, { title: 'rare', asks: each(go) }], userWith({ [excel]: 3, [go]: 3 }));
    expect(best!.title).toBe('rare');
    const known = jobs(
      [
        { title: 'known best', asks: each(sql) },
        { title: 'other', asks: each(go) },
      ],
      userWith({ [sql]: 5, [go]: 1 }),
    );
    expect(titles(known)).toEqual(['known best', 'other']);
  });

  it('do not count as a strong match for one skill only', () => {
    const list = [{ asks: each(sql) }, { asks: each(sql, go, css, docker, kubernetes) }];
    const ranked = jobs(list, userWith({ [sql]: 5, [go]: 5, [css]: 5, [docker]: 5, [kubernetes]: 5 }));
    expect(ranked.map(({ id }) => id)).toEqual([2, 1]);
    expect(ranked[1]!.score).toBeLessThan(0.5);
  });

  it('follow what the user applied for, without recommending it again', () => {
    const list = [
      { asks: each(docker, kubernetes) },
      { title: 'alike', asks: each(docker, css) },
      { title: 'known', asks: each(sql) },
    ];
    const items = jobs(list, userWith({ [sql]: 5 }, { appliedJobIds: [1] }));
    expect(titles(items)).toEqual(['known', 'alike']);
    expect(items[1]).toMatchObject({ matched: [], reason: 'Like jobs you have applied for, it asks for CSS and Docker' });
  });

  it('are of one company three times at most, unless there are no others', () => {
    const acme = Array.from({ length: 6 }, () => ({ company: 'Acme', asks: each(sql) }));
    const others = [
      { company: 'Initech', asks: each(sql, css) },
      { company: 'Umbrella', asks: each(sql, go) },
    ];
    const companies = (limit: number) =>
      jobs([...acme, ...others], userWith({ [sql]: 5 }), limit).map(({ subtitle }) => subtitle.split(',')[0]);
    expect(companies(5).sort()).toEqual(['Acme', 'Acme', 'Acme', 'Initech', 'Umbrella']);
    expect(companies(8).filter((company) => company === 'Acme')).toHaveLength(6);
  });

  it('are the popular ones for a user whom none matches, then the newest', () => {
    const list = [{ asks: each(sql) }, { asks: each(sql), applications: 2 }, { asks: each(go) }];
    const items = jobs(list, userWith({ [excel]: 5 }));
    expect(items.map(({ id, score, reason }) => [id, score, reason])).toEqual([
      [2, 0, 'Popular: 2 people have applied'],
      [3, 0, 'New on the platform'],
      [1, 0, 'New on the platform'],
    ]);
  });

  it('name five skills at most, and three in the reason', () => {
    const [item] = jobs(
      [{ asks: each(sql, go, css, docker, kubernetes, excel) }],
      userWith(Object.fromEntries([1, 2, 3, 4, 5, 6].map((id) => [id, 3]))),
    );
    expect(item).toMatchObject({
      matched: ['SQL', 'Go', 'CSS', 'Docker', 'Kubernetes'],
      reason: 'You have 6 of the 6 skills it asks for: SQL, Go, CSS and 3 more',
    });
  });
});

/** Jobs that ask somebody with SQL for Docker, and less often for Kubernetes. */
const jobsWithGaps = [{ asks: each(sql, docker) }, { asks: each(sql, docker) }, { asks: each(sql, kubernetes) }];

describe('courses', () => {
  const courses = (list: NonNullable<Platform['courses']>, user: UserFacts) =>
    recommended('courses', { jobs: jobsWithGaps, courses: list }, user);

  it('teach what the best jobs ask for and the user lacks, what is asked for most first', () => {
    const list = [
      { teaches: [kubernetes] },
      { teaches: [docker] },
      { teaches: [docker, kubernetes] },
      { teaches: [sql] },
      { teaches: [excel] },
    ];
    const items = courses(list, userWith({ [sql]: 5 }));
    expect(items.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(items[0]).toMatchObject({
      subtitle: 'School',
      reason: 'Teaches Docker and Kubernetes, which jobs that suit you ask for',
      matched: ['Docker', 'Kubernetes'],
      missing: [],
    });
  });

  it('are at the user’s level and well rated by many', () => {
    const list = [
      { teaches: [docker], level: 'lead', rating: 5, ratings: 50 },
      { teaches: [docker], level: 'junior', rating: 5, ratings: 1 },
      { teaches: [docker], level: 'junior', rating: 4.8, ratings: 50 },
      { teaches: [docker], level: 'junior', rating: 2, ratings: 50 },
    ] as const;
    const items = courses(
      list.map((course) => ({ ...course, teaches: [...course.teaches] })),
      userWith({ [sql]: 5 }, { level: 'junior' }),
    );
    expect(items.map(({ id }) => id)).toEqual([3, 2, 4, 1]);
  });

  it('are the popular ones for a user without gaps', () => {
    const items = courses(
      [{ teaches: [go], enrollments: 1 }, { teaches: [docker] }],
      userWith({ [sql]: 5, [docker]: 5, [kubernetes]: 5 }),
    );
    expect(items.map(({ reason }) => reason)).toEqual(['Popular: 1 person has enrolled', 'New on the platform']);
  });
});

describe('mentors', () => {
  const mentors = (list: NonNullable<Platform['mentors']>, user: UserFacts) =>
    recommended('mentors', { jobs: jobsWithGaps, mentors: list }, user);

  it('know what the user lacks, rather those of the same field', () => {
    const list = [{ knows: [sql] }, { knows: [docker] }, { knows: [docker, sql] }, { knows: [excel] }];
    const items = mentors(list, userWith({ [sql]: 5 }));
    expect(items.map(({ id }) => id)).toEqual([3, 2]);
    expect(items[0]).toMatchObject({ matched: ['Docker'], reason: 'Can help with Docker, which jobs that suit you ask for' });
  });

  it('have come as far as the user, and are well rated', () => {
    const knows = [docker];
    const list = [
      { level: 'entry', rating: 5, knows },
      { level: 'lead', rating: 3, knows },
      { level: 'mid', rating: 4.5, knows },
    ] as const;
    const items = mentors(
      list.map((mentor) => ({ ...mentor, knows })),
      userWith({ [sql]: 5 }, { level: 'mid' }),
    );
    expect(items.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(items[0]!.reason).toBe('Can help with Docker, which jobs that suit you ask for; rated 4.5 of 5');
  });

  it('are the best rated with time for a user without skills', () => {
    const list = [{ rating: 5, free: 0, knows: [sql] }, { rating: 4, knows: [sql] }, { knows: [sql] }];
    expect(mentors(list, userWith({})).map(({ id, reason }) => [id, reason])).toEqual([
      [2, 'Has time for mentees; rated 4.0 of 5'],
      [3, 'Has time for mentees'],
    ]);
  });
});

describe('skills', () => {
  const jobs = [
    { asks: each(docker, kubernetes, excel) },
    { asks: each(docker, kubernetes) },
    { asks: each(docker, go) },
    { asks: each(css, excel) },
    { asks: each(sql, excel) },
    { asks: each(go, excel) },
  ];

  it('are those that jobs ask for together with the held ones more often than without them', () => {
    const items = recommended('skills', { jobs }, userWith({ [docker]: 5 }));
    expect(titles(items)).toEqual(['Kubernetes']);
    expect(items[0]).toMatchObject({
      subtitle: 'Testing',
      matched: ['Docker'],
      reason: 'Often asked for together with Docker; 2 open jobs ask for it',
    });
  });

  it('are those in demand for a user without skills', () => {
    const items = recommended('skills', { jobs }, userWith({}), 2);
    expect(items.map(({ title, reason }) => [title, reason])).toEqual([
      ['Excel', 'In demand: 4 open jobs ask for it'],
      ['Docker', 'In demand: 3 open jobs ask for it'],
    ]);
  });
});

describe('connections', () => {
  it('share skills, the rare ones first', () => {
    const people = [
      { can: { [excel]: 3, [css]: 3 } },
      { can: { [excel]: 3 } },
      { can: { [excel]: 3 } },
      { can: { [kubernetes]: 3, [css]: 3 } },
      { can: { [go]: 3 } },
    ];
    const items = recommended('connections', { people }, userWith({ [kubernetes]: 3, [excel]: 3 }));
    expect(items[0]).toMatchObject({ id: 4, reason: 'You both have Kubernetes', matched: ['Kubernetes'] });
    expect(items.map(({ id }) => id)).not.toContain(5);
  });

  it('are rather of the same place', () => {
    const people = [
      { location: 'Leeds', can: { [sql]: 3 } },
      { location: 'York', can: { [sql]: 3 } },
    ];
    const items = recommended('connections', { people }, userWith({ [sql]: 3 }, { location: 'York' }));
    expect(items.map(({ id }) => id)).toEqual([2, 1]);
  });

  it('are the most connected for a user without skills', () => {
    const people = [{ can: { [sql]: 3 } }, { connections: 4, can: { [sql]: 3 } }];
    const items = recommended('connections', { people }, userWith({}));
    expect(items.map(({ reason }) => reason)).toEqual(['Connected with 4 people', 'New on the platform']);
  });
});

it('an empty platform has nothing to recommend', () => {
  const index = createIndex(snapshotOf({ skills: [] }));
  const limits = { jobs: 10, courses: 10, mentors: 5, skills: 5, connections: 5 };
  expect(recommend(index, userWith({ [sql]: 5 }), limits, now)).toEqual({
    jobs: [],
    courses: [],
    mentors: [],
    skills: [],
    connections: [],
  });
});
