/** Why something is recommended, in words. The lists of skills have at least one. */

const namedSkills = 3;

/** Some of the names, and how many more there are of `count`. */
function listed(names: string[], count: number): string {
  const shown = names.slice(0, namedSkills);
  const rest = count - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.pop()!;
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : last;
}

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

const newHere = 'New on the platform';

export const jobReason = (names: string[], has: number, asked: number): string =>
  `You have ${has} of the ${asked} skills it asks for: ${listed(names, has)}`;

export const similarJobReason = (names: string[], count: number): string =>
  `Like jobs you have applied for, it asks for ${listed(names, count)}`;

export const popularJobReason = (applications: number): string =>
  applications > 0 ? `Popular: ${counted(applications, 'person has', 'people have')} applied` : newHere;

export const courseReason = (names: string[], count: number): string =>
  `Teaches ${listed(names, count)}, which jobs that suit you ask for`;

export const popularCourseReason = (enrollments: number): string =>
  enrollments > 0 ? `Popular: ${counted(enrollments, 'person has', 'people have')} enrolled` : newHere;

export const mentorReason = (names: string[], count: number, rating: number): string =>
  `Can help with ${listed(names, count)}, which jobs that suit you ask for${Number.isNaN(rating) ? '' : `; ${rated(rating)}`}`;

export const popularMentorReason = (rating: number): string =>
  Number.isNaN(rating) ? 'Has time for mentees' : `Has time for mentees; ${rated(rating)}`;

const rated = (rating: number): string => `rated ${rating.toFixed(1)} of 5`;

export const skillReason = (names: string[], count: number, demand: number): string =>
  `Often asked for together with ${listed(names, count)}; ${askedBy(demand)}`;

export const popularSkillReason = (demand: number): string => (demand > 0 ? `In demand: ${askedBy(demand)}` : newHere);

const askedBy = (demand: number): string => counted(demand, 'open job asks for it', 'open jobs ask for it');

export const connectionReason = (names: string[], count: number): string => `You both have ${listed(names, count)}`;

export const popularConnectionReason = (connections: number): string =>
  connections > 0 ? `Connected with ${counted(connections, 'person', 'people')}` : newHere;
