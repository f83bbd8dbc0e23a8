/** The figures once more, as one would count them by hand: slowly, row by row, and without SQL. */
import { applicationStatuses, type Figures, jobTypes, sessionStatuses, type UserFigures } from '#src/analytics/types.js';
import type { Rows } from './analytics-rows.js';

const day = 86_400_000;

export interface Moment {
  now: Date;
  timezone: string;
  activeUserDays: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timezone: string): Intl.DateTimeFormat {
  const known = clocks.get(timezone);
  if (known) return known;
  const day = { year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' } as const;
  const clock = new Intl.DateTimeFormat('en', { ...day, hour: '2-digit', hourCycle: 'h23', timeZone: timezone });
  clocks.set(timezone, clock);
  return clock;
}

/** What a clock on the wall shows. */
export function wallClock(at: Date, timezone: string): { date: string; month: string; hour: number; weekday: string } {
  const parts = clockOf(timezone).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)!.value;
  const month = `${part('year')}-${part('month')}`;
  return { date: `${month}-${part('day')}`, month, hour: Number(part('hour')), weekday: part('weekday') };
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
/** Halves are rounded up, also where the computer's fractions make a little less than a half of them. */
const round = (value: number, digits: number) => Math.round(value * 10 ** digits + 1e-9) / 10 ** digits;
const share = (part: number, whole: number) => (whole === 0 ? null : round(part / whole, 4));
const mean = (numbers: number[]) => (numbers.length === 0 ? null : round(sum(numbers) / numbers.length, 2));
const given = (numbers: (number | null)[]) => numbers.filter((number) => number !== null);
const ratingOf = (rows: { rating: number | null }[]) => {
  const ratings = given(rows.map(({ rating }) => rating));
  return { ratings: ratings.length, average: mean(ratings) };
};

/** The value below which a share of the values lies; between two of them in proportion. */
function quantile(numbers: number[], part: number): number | null {
  if (numbers.length === 0) return null;
  const sorted = numbers.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return round(low + (high - low) * (place - Math.floor(place)), 2);
}

/** Sorts by these numbers in turn, the highest first. */
const byHighest =
  <T>(...keys: ((row: T) => number)[]) =>
  (one: T, other: T) => {
    for (const key of keys) if (key(one) !== key(other)) return key(other) - key(one);
    return 0;
  };

const countBy = <K extends string>(rows: { status: string }[], statuses: readonly K[]) =>
  Object.fromEntries(statuses.map((status) => [status, rows.filter((row) => row.status === status).length])) as Record<K, number>;

const isActive = (user: Rows['users'][number], { now, activeUserDays }: Moment) =>
  user.is_active && user.last_seen_at !== null && user.last_seen_at.getTime() >= now.getTime() - activeUserDays * day;

const isOpen = (job: Rows['jobs'][number], now: Date) =>
  job.status === 'open' && (job.expires_at === null || job.expires_at > now);

const hoursToAnswer = (rows: Rows['applications']) =>
  rows.flatMap((row) => (row.answered_at ? [(row.answered_at.getTime() - row.created_at.getTime()) / 3_600_000] : []));

export function slowSkills(rows: Rows, { now }: Moment): Figures<'skills'> {
  const open = new Set(rows.jobs.filter((job) => isOpen(job, now)).map(({ id }) => id));
  const here = new Set(rows.users.filter((user) => user.is_active).map(({ id }) => id));
  const skills = rows.skills.map(({ id, name, category }) => {
    const users = rows.userSkills.filter((held) => held.skill_id === id && here.has(held.user_id)).length;
    const openJobs = rows.jobSkills.filter((asked) => asked.skill_id === id && open.has(asked.job_id)).length;
    const endorsements = rows.endorsements.filter((given) => given.skill_id === id).length;
    const usersPerJob = openJobs === 0 ? null : round(users / openJobs, 2);
    return { skillId: id, name, category, users, endorsements, openJobs, usersPerJob };
  });
  const asked = skills.filter(({ openJobs }) => openJobs > 0);
  const id = ({ skillId }: (typeof skills)[0]) => -skillId;
  return {
    totals: {
      skills: skills.length,
      held: skills.filter(({ users }) => users > 0).length,
      userSkills: sum(skills.map(({ users }) => users)),
      endorsements: rows.endorsements.length,
      asked: asked.length,
    },
    mostHeld: skills.filter(({ users }) => users > 0).sort(byHighest(({ users }) => users, id)),
    mostEndorsed: skills.filter(({ endorsements }) => endorsements > 0).sort(byHighest(({ endorsements }) => endorsements, id)),
    mostAsked: asked.toSorted(byHighest(({ openJobs }) => openJobs, id)),
    scarcest: asked.toSorted(
      byHighest(
        ({ usersPerJob }) => -usersPerJob!,
        ({ openJobs }) => openJobs,
        id,
      ),
    ),
  };
}

export function slowCourses(rows: Rows): Figures<'courses'> {
  const courses = rows.courses.flatMap(({ id, title }) => {
    const enrolled = rows.enrollments.filter((enrollment) => enrollment.course_id === id);
    if (enrolled.length === 0) return [];
    const completed = enrolled.filter(({ completed_at }) => completed_at).length;
    return {
      courseId: id,
      title,
      enrollments: enrolled.length,
      completed,
      completionRate: share(completed, enrolled.length),
      averageProgress: mean(enrolled.map(({ progress }) => progress)),
      rating: ratingOf(enrolled),
    };
  });
  const completed = rows.enrollments.filter(({ completed_at }) => completed_at).length;
  const id = ({ courseId }: (typeof courses)[0]) => -courseId;
  return {
    totals: {
      courses: rows.courses.length,
      enrollments: rows.enrollments.length,
      completed,
      completionRate: share(completed, rows.enrollments.length),
      rating: ratingOf(rows.enrollments),
    },
    mostEnrolled: courses.toSorted(byHighest(({ enrollments }) => enrollments, id)),
    bestRated: courses
      .filter(({ rating }) => rating.ratings >= 3)
      .sort(
        byHighest(
          ({ rating }) => rating.average!,
          ({ rating }) => rating.ratings,
          id,
        ),
      ),
  };
}

function slowApplications(applications: Rows['applications'], now: Date) {
  return {
    total: applications.length,
    last30Days: applications.filter(({ created_at }) => created_at.getTime() >= now.getTime() - 30 * day).length,
    byStatus: countBy(applications, applicationStatuses),
  };
}

export function slowJobs(rows: Rows, { now }: Moment): Figures<'jobs'> {
  const { applications } = rows;
  const jobs = rows.jobs.map((job) => ({
    ...job,
    isOpen: isOpen(job, now),
    applications: applications.filter(({ job_id }) => job_id === job.id).length,
  }));
  const groupOf = (group: typeof jobs) => ({
    openJobs: group.filter((job) => job.isOpen).length,
    applications: sum(group.map((job) => job.applications)),
  });
  const groups = <K extends string, V extends string>(name: K, values: readonly V[], of: (job: (typeof jobs)[0]) => string) =>
    values.toSorted().map((value) => ({ [name]: value, ...groupOf(jobs.filter((job) => of(job) === value)) })) as ({
      [N in K]: V;
    } & ReturnType<typeof groupOf>)[];
  const interviewed = applications.filter(({ status }) => status === 'interview' || status === 'offered').length;
  const answered = applications.filter(
    ({ status, answered_at }) => answered_at || ['interview', 'offered', 'rejected'].includes(status),
  ).length;
  const offered = applications.filter(({ status }) => status === 'offered').length;
  const stage = <S extends string>(name: S, count: number) => ({
    stage: name,
    applications: count,
    share: share(count, applications.length),
  });
  const hours = hoursToAnswer(applications);
  return {
    jobs: {
      open: jobs.filter((job) => job.isOpen).length,
      closed: jobs.filter((job) => !job.isOpen).length,
      remote: jobs.filter((job) => job.isOpen && job.remote).length,
    },
    applications: slowApplications(applications, now),
    funnel: [
      stage('applied', applications.length),
      stage('answered', answered),
      stage('interview', interviewed),
      stage('offered', offered),
    ],
    timeToAnswer: {
      answered: hours.length,
      waiting: applications.filter(({ status, answered_at }) => !answered_at && ['submitted', 'reviewing'].includes(status))
        .length,
      meanHours: mean(hours),
      medianHours: quantile(hours, 0.5),
      p90Hours: quantile(hours, 0.9),
    },
    byType: groups('type', jobTypes, ({ type }) => type).sort(byHighest((group) => group.applications)),
    byPlace: groups('place', [...new Set(jobs.map(({ location }) => location))], ({ location }) => location).sort(
      byHighest(
        ({ openJobs }) => openJobs,
        (group) => group.applications,
      ),
    ),
    mostApplied: jobs
      .filter((job) => job.applications > 0)
      .sort(
        byHighest(
          (job) => job.applications,
          ({ id }) => -id,
        ),
      )
      .map(({ id, title, company, applications: count }) => ({ jobId: id, title, company, applications: count })),
  };
}

export function slowMentoring(rows: Rows, { now }: Moment): Figures<'mentoring'> {
  const { sessions } = rows;
  const here = new Set(rows.users.filter((user) => user.is_active).map(({ id }) => id));
  const mentors = rows.mentors.filter(({ user_id }) => here.has(user_id));
  const completed = sessions.filter(({ status }) => status === 'completed');
  return {
    mentors: { total: mentors.length, accepting: mentors.filter(({ accepts_mentees }) => accepts_mentees).length },
    sessions: {
      total: sessions.length,
      byStatus: countBy(sessions, sessionStatuses),
      completedLast30Days: completed.filter(({ completed_at }) => completed_at!.getTime() >= now.getTime() - 30 * day).length,
    },
    rating: ratingOf(sessions),
    topMentors: mentors
      .map(({ user_id }) => {
        const own = completed.filter(({ mentor_id }) => mentor_id === user_id);
        return { userId: user_id, completed: own.length, rating: ratingOf(own) };
      })
      .filter((mentor) => mentor.completed > 0)
      .sort(
        byHighest(
          (mentor) => mentor.completed,
          ({ rating }) => rating.average ?? 0,
          ({ userId }) => -userId,
        ),
      ),
  };
}

/** The calendar days up to today, the last `count` of them. */
export function slowDays(rows: Rows, { now, timezone }: Moment, count: number) {
  const today = Date.parse(wallClock(now, timezone).date);
  const dates = Array.from({ length: count }, (_, at) => new Date(today - (count - 1 - at) * day).toISOString().slice(0, 10));
  const events = rows.events.map(({ user_id, occurred_at }) => ({ user_id, date: wallClock(occurred_at, timezone).date }));
  return dates.map((date) => {
    const found = events.filter((event) => event.date === date);
    return { date, events: found.length, users: new Set(found.map(({ user_id }) => user_id)).size };
  });
}

export function slowWeekHours(rows: Rows, moment: Moment, count: number): number[][] {
  const dates = new Set(slowDays(rows, moment, count).map(({ date }) => date));
  const events = rows.events
    .map(({ occurred_at }) => wallClock(occurred_at, moment.timezone))
    .filter(({ date }) => dates.has(date));
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((name) =>
    Array.from({ length: 24 }, (_, hour) => events.filter((wall) => wall.weekday === name && wall.hour === hour).length),
  );
}

export function slowPlatform(rows: Rows, moment: Moment): Figures<'platform'> {
  const { now } = moment;
  const here = rows.users.filter((user) => user.is_active);
  const days = slowDays(rows, moment, 30);
  return {
    users: {
      total: here.length,
      active: rows.users.filter((user) => isActive(user, moment)).length,
      mentors: here.filter(({ id }) => rows.mentors.some(({ user_id }) => user_id === id)).length,
      premium: here.filter(({ is_premium }) => is_premium).length,
      newLast30Days: here.filter(({ created_at }) => created_at.getTime() >= now.getTime() - 30 * day).length,
      closed: rows.users.length - here.length,
    },
    content: {
      posts: rows.posts.length,
      comments: rows.comments.length,
      resumes: rows.resumes.filter(({ deleted_at }) => !deleted_at).length,
      courses: rows.courses.length,
      openJobs: rows.jobs.filter((job) => isOpen(job, now)).length,
      skills: rows.skills.length,
    },
    engagement: {
      likes: rows.likes.length,
      connections: rows.connections.filter(({ status }) => status === 'accepted').length,
      endorsements: rows.endorsements.length,
      enrollments: rows.enrollments.length,
      completedSessions: rows.sessions.filter(({ status }) => status === 'completed').length,
      timezone: moment.timezone,
      days,
      events: sum(days.map(({ events }) => events)),
      dailyUsers: mean(days.slice(0, 29).map(({ users }) => users)),
    },
    applications: slowApplications(rows.applications, now),
  };
}

export function slowGrowth(rows: Rows, moment: Moment): Figures<'growth'> {
  const { now, timezone } = moment;
  const monthOf = (at: Date) => wallClock(at, timezone).month;
  const next = (month: string) => {
    const [year, number] = month.split('-').map(Number) as [number, number];
    return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  };
  const thisMonth = monthOf(now);
  const months = [`${Number(thisMonth.slice(0, 4)) - 1}${thisMonth.slice(4)}`];
  while (months.at(-1) !== thisMonth) months.push(next(months.at(-1)!));
  const report = months.slice(1).map((month) => {
    const signedUp = rows.users.filter(({ created_at }) => monthOf(created_at) === month);
    const before = rows.users.filter(({ created_at }) => monthOf(created_at) < month).length;
    const active = signedUp.filter((user) => isActive(user, moment)).length;
    const returned = signedUp.filter(({ id }) =>
      rows.events.some(({ user_id, occurred_at }) => user_id === id && monthOf(occurred_at) === next(month)),
    ).length;
    const isOver = next(month) < thisMonth;
    return {
      month,
      signUps: signedUp.length,
      cumulative: before + signedUp.length,
      growthRate: share(signedUp.length, before),
      active,
      activeShare: share(active, signedUp.length),
      returned: isOver ? returned : null,
      returnedShare: isOver ? share(returned, signedUp.length) : null,
    };
  });
  return { timezone, months: report };
}

export function slowUser(rows: Rows, userId: number): UserFigures {
  const user = rows.users.find(({ id }) => id === userId)!;
  const own = <T extends { user_id: number }>(table: T[]) => table.filter(({ user_id }) => user_id === userId);
  const skills = own(rows.userSkills);
  const learning = own(rows.enrollments);
  const applications = own(rows.applications);
  const posts = rows.posts.filter(({ author_id }) => author_id === userId);
  const comments = rows.comments.filter(({ author_id }) => author_id === userId);
  const hours = hoursToAnswer(applications);
  const asMentor = rows.sessions.filter(({ mentor_id }) => mentor_id === userId);
  const asMentee = rows.sessions.filter(({ mentee_id }) => mentee_id === userId);
  const completed = (sessions: Rows['sessions']) => sessions.filter(({ status }) => status === 'completed').length;
  const missing: UserFigures['profile']['missing'] = [];
  if (!user.headline) missing.push('headline');
  if (!user.location) missing.push('location');
  if (!user.level) missing.push('level');
  if (skills.length < 3) missing.push('skills');
  if (!own(rows.resumes).some(({ status, deleted_at }) => status !== 'failed' && !deleted_at)) missing.push('resume');
  return {
    profile: { completeness: 20 * (5 - missing.length), missing },
    achievements: {
      points: sum(own(rows.points).map(({ points }) => points)),
      unlocked: own(rows.unlocks).length,
      available: rows.achievements.length,
    },
    skills: {
      total: skills.length,
      byHand: skills.filter(({ source }) => source === 'manual').length,
      fromResume: skills.filter(({ source }) => source === 'resume').length,
      averageProficiency: mean(skills.map(({ proficiency }) => proficiency)),
      endorsementsReceived: own(rows.endorsements).length,
      endorsementsGiven: rows.endorsements.filter(({ endorser_id }) => endorser_id === userId).length,
    },
    learning: {
      enrolled: learning.length,
      completed: learning.filter(({ progress }) => progress === 100).length,
      completionRate: share(learning.filter(({ progress }) => progress === 100).length, learning.length),
      averageProgress: mean(learning.map(({ progress }) => progress)),
    },
    community: {
      posts: posts.length,
      comments: comments.length,
      likesGiven: own(rows.likes).length,
      likesReceived: rows.likes.filter(
        (like) =>
          like.user_id !== userId &&
          (posts.some(({ id }) => id === like.post_id) || comments.some(({ id }) => id === like.comment_id)),
      ).length,
      connections: rows.connections.filter(
        ({ requester_id, addressee_id, status }) => status === 'accepted' && (requester_id === userId || addressee_id === userId),
      ).length,
    },
    jobs: {
      applications: applications.length,
      byStatus: countBy(applications, applicationStatuses),
      answered: hours.length,
      medianAnswerHours: quantile(hours, 0.5),
    },
    mentoring: {
      sessionsAsMentor: asMentor.length,
      completedAsMentor: completed(asMentor),
      rating: ratingOf(asMentor),
      sessionsAsMentee: asMentee.length,
      completedAsMentee: completed(asMentee),
    },
  };
}
