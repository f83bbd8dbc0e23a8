import type { Insertable } from 'kysely';
import type { Database } from '../schema.js';
import { fill, mentorBios, sessionTopics } from './data/texts.js';
import { insertAll, insertWithIds } from './insert.js';
import { daysAfter, earliest, momentOf, type Person, recordActivity, type World } from './world.js';

const mentorCount = 20;
const sessionCount = 160;
const hour = 1 / 24;

type SessionRow = Insertable<Database['mentor_sessions']>;

/** Mentors, who began a week after they signed up, and their sessions. */
export async function seedMentoring(world: World): Promise<void> {
  const { transaction, random } = world;
  const mentors = chooseMentors(world.people);
  const sessions = Array.from({ length: sessionCount }, () => draftSession(world, mentors)).filter((row) => row !== undefined);
  await insertAll(
    transaction,
    'mentors',
    mentors.map((mentor) => mentorRow(world, mentor, sessions)),
  );
  const skills = mentors.flatMap(({ id, skills }) =>
    random.sample(skills, random.int(3, 6)).map((skill) => ({ mentor_id: id, skill_id: skill.id })),
  );
  await insertAll(transaction, 'mentor_skills', skills);

  const people = new Map(world.people.map((person) => [person.id, person]));
  for (const { id, mentor_id, mentee_id, created_at, completed_at } of await insertWithIds(
    transaction,
    'mentor_sessions',
    sessions,
  )) {
    recordActivity(world, people.get(mentee_id)!, 'session_requested', created_at, id);
    if (!completed_at) continue;
    recordActivity(world, people.get(mentor_id)!, 'session_completed', completed_at, id);
    world.points.push({ user_id: mentor_id, points: 25, source: `demo:session:${id}`, created_at: completed_at });
  }
}

const mentorSince = (mentor: Person) => daysAfter(mentor.signedUpAt, 7);

/** The longest-standing of the experienced who are still around. */
function chooseMentors(people: Person[]): Person[] {
  const isExperienced = ({ level }: Person) => level === 'senior' || level === 'lead';
  return people.filter((person) => isExperienced(person) && mentorSince(person) < person.activeUntil).slice(0, mentorCount);
}

function mentorRow({ random }: World, mentor: Person, sessions: SessionRow[]): Insertable<Database['mentors']> {
  const ratings = sessions.flatMap(({ mentor_id, rating }) => (mentor_id === mentor.id && rating ? [rating] : []));
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return {
    user_id: mentor.id,
    bio: fill(random.pick(mentorBios), { skill: random.pick(mentor.skills).name, title: mentor.profession.title }),
    rating: ratings.length > 0 ? Math.round(mean * 100) / 100 : null,
    accepts_mentees: random.chance(0.85),
    capacity: random.int(2, 5),
    created_at: mentorSince(mentor),
    updated_at: mentorSince(mentor),
  };
}

function draftSession(world: World, mentors: Person[]) {
  const { random, now } = world;
  const mentor = random.pick(mentors);
  const mentee = random.pick(world.people.filter(({ id }) => id !== mentor.id));
  const created_at = momentOf(world, mentee, mentorSince(mentor));
  if (!created_at) return undefined;
  const proposed_at = daysAfter(created_at, random.int(2, 14));
  const end = daysAfter(proposed_at, hour);
  const bothCame = end < earliest(mentor.activeUntil, mentee.activeUntil);
  const status = bothCame
    ? random.weighted({ completed: 8, declined: 1, cancelled: 1 })
    : proposed_at > now
      ? random.weighted({ requested: 1, accepted: 1 })
      : random.weighted({ requested: 1, declined: 1, cancelled: 1 });
  const completed_at = status === 'completed' ? end : null;
  return {
    mentor_id: mentor.id,
    mentee_id: mentee.id,
    topic: fill(random.pick(sessionTopics), { skill: random.pick(mentor.skills).name, title: mentee.profession.title }),
    status,
    proposed_at,
    completed_at,
    rating: completed_at && random.chance(0.85) ? Number(random.weighted({ 3: 1, 4: 4, 5: 6 })) : null,
    created_at,
    updated_at: completed_at ?? created_at,
  };
}
