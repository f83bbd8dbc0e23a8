/**
 * A made-up platform whose people's interests are known. Professions are hidden: they make skills, jobs, courses, mentors and people,
 * and interest. Interest asks for profession, level and place, and never for the skills that a profile shows, which are only a part of
 * what somebody can do, with things in it that say nothing. So no ranking of skills is right by definition.
 */
import { createRandom } from './random.mjs';

const day = 86_400_000;
export const now = new Date('2026-03-01T12:00:00Z');
export const levels = ['entry', 'junior', 'mid', 'senior', 'lead'];

const professionCount = 24;
const familySize = 4;
const ownSkills = 9;
const familySkills = 8;
const generalSkills = 40;
const cityCount = 15;

/** How many of each there are. */
const sizes = { jobs: 3000, courses: 400, mentors: 800, people: 2500 };
const companies = 300;

/** Half of what somebody likes is already known: applied for, enrolled in, met. The other half is to be found. */
const knownShare = 0.5;

/** Makes the platform of a seed: tables with the hidden `profession` of each row, and for each person what is to be found. */
export function createPopulation(seed) {
  const random = createRandom(seed);
  const { skills, professions } = createProfessions(random);
  const world = { random, skills, professions };
  const jobs = list(sizes.jobs, () => createJob(world));
  const courses = list(sizes.courses, () => createCourse(world));
  const people = list(sizes.people, () => createPerson(world));
  const mentors = list(sizes.mentors, (row) => createMentor(world, people[row]));
  for (const person of people) person.likes = likesOf(person, { random, jobs, courses, mentors, people });
  for (const person of people) {
    for (const row of person.likes.jobs.known) jobs[row].applications += 1;
    for (const row of person.likes.courses.known) courses[row].enrollments += 1;
    person.connections = person.likes.connections.known.length;
  }
  return { skills, jobs, courses, mentors, people };
}

const list = (length, make) => Array.from({ length }, (_, row) => make(row));

/** The weight of the value in this place of a list that goes from the most to the least usual. */
const usualness = (place) => 1 / (place + 1.5);

function createProfessions(random) {
  const skills = [];
  const add = (count, category) => list(count, () => skills.push({ name: `${category} ${skills.length}`, category }) - 1);
  const general = add(generalSkills, 'General').map((skill, place) => ({ skill, weight: usualness(place) }));
  const families = list(professionCount / familySize, (family) => add(familySkills, `Family ${family}`));
  const professions = list(professionCount, (number) => {
    const family = Math.floor(number / familySize);
    const mine = random.draw([...add(ownSkills, `Profession ${number}`), ...families[family]], ownSkills + familySkills);
    return { number, family, weight: usualness(number), core: mine.map((skill, place) => ({ skill, weight: usualness(place) })) };
  });
  for (const profession of professions) profession.general = general;
  return { skills, professions };
}

const byWeight = ({ weight }) => weight;
const drawSkills = (random, from, count) => random.draw(from, count, byWeight).map(({ skill }) => skill);
const anyProfession = ({ random, professions }) => random.draw(professions, 1, byWeight)[0];
const anyCity = (random) => Math.floor(cityCount * random.next() ** 2);
const cityName = (city) => `City ${city}, Land`;

function createJob(world) {
  const { random, skills } = world;
  const profession = anyProfession(world);
  const asked = [
    ...drawSkills(random, profession.core, random.between(3, 8)),
    ...drawSkills(random, profession.general, random.between(1, 3)),
  ];
  if (random.chance(0.3)) asked.push(random.between(0, skills.length - 1));
  const city = anyCity(random);
  return {
    profession,
    company: `Company ${Math.floor(companies * random.next() ** 2)}`,
    city,
    location: cityName(city),
    remote: random.chance(0.25),
    level: Math.min(4, Math.max(0, Math.round(2 + random.normal()))),
    postedAt: now.getTime() - random.next() * 90 * day,
    applications: 0,
    skills: [...new Set(asked)].map((skill) => ({ skill, weight: random.between(1, 3), required: random.chance(0.7) })),
  };
}

function createCourse(world) {
  const { random, skills } = world;
  const profession = anyProfession(world);
  const taught = drawSkills(random, profession.core, random.between(2, 5));
  if (random.chance(0.3)) taught.push(drawSkills(random, profession.general, 1)[0]);
  if (random.chance(0.1)) taught.push(random.between(0, skills.length - 1));
  const quality = random.normal();
  const ratingCount = random.between(0, 30);
  return {
    profession,
    quality,
    level: random.between(0, 4),
    rating: ratingCount === 0 ? Number.NaN : rating(quality + random.normal() / Math.sqrt(ratingCount)),
    ratingCount,
    enrollments: 0,
    skills: [...new Set(taught)].map((skill) => ({ skill, weight: 1 })),
  };
}

const rating = (quality) => Math.min(5, Math.max(1, 3.8 + 0.6 * quality));

function createPerson(world) {
  const { random, skills } = world;
  const profession = anyProfession(world);
  const second = random.chance(0.3) ? random.pick(world.professions) : undefined;
  const level = random.between(0, 4);
  const known = [
    ...drawSkills(random, profession.core, 3 + random.between(0, 2) + level),
    ...(second ? drawSkills(random, second.core, random.between(1, 3)) : []),
    ...drawSkills(random, profession.general, random.between(2, 6)),
  ];
  const listed = known.filter(() => random.chance(0.7));
  if (random.chance(0.5)) listed.push(random.between(0, skills.length - 1));
  const city = anyCity(random);
  const proficiency = () => Math.min(5, Math.max(1, Math.round(1.5 + 0.6 * level + random.normal())));
  return {
    profession,
    second,
    level,
    city,
    known: new Set(known),
    ambition: random.next(),
    mobility: random.chance(0.3) ? 0.7 : 0.08,
    shownLevel: random.chance(0.85) ? level : null,
    location: random.chance(0.85) ? cityName(city) : '',
    skills: [...new Set(listed)].map((skill) => ({ skill, weight: proficiency() })),
  };
}

function createMentor({ random }, person) {
  const quality = random.normal();
  const knows = drawSkills(random, person.profession.core, random.between(3, 8));
  const general = random.chance(0.4) ? drawSkills(random, person.profession.general, 1) : [];
  return {
    person,
    profession: person.profession,
    quality,
    level: person.level,
    rating: random.chance(0.8) ? rating(quality + 0.3 * random.normal()) : Number.NaN,
    free: random.chance(0.8) ? random.between(1, 3) : 0,
    skills: [...knows, ...general].map((skill) => ({ skill, weight: 1 })),
  };
}

/** How close a profession is to what somebody does, or wants to do. */
function affinity({ profession, second }, other) {
  if (profession === other) return 1;
  if (second === other) return 0.7;
  return profession.family === other.family ? 0.12 : 0.005;
}

/** A bell around what somebody would like best. */
const bell = (distance, width) => Math.exp(-((distance / width) ** 2) / 2);

/** How much each person likes the rows of a table, but for a whim. 0 is not at all. */
const interests = {
  jobs: (person, job) =>
    affinity(person, job.profession) *
    bell(job.level - person.level - 0.7 * person.ambition, 0.8) *
    (job.remote || job.city === person.city ? 1 : person.mobility),
  courses: (person, course) =>
    affinity(person, course.profession) *
    Math.min(1, course.skills.filter(({ skill }) => !person.known.has(skill)).length / 2) *
    bell(course.level - person.level - 0.5, 1) *
    Math.exp(0.4 * course.quality),
  mentors: (person, mentor) =>
    mentor.person === person || mentor.free === 0
      ? 0
      : affinity(person, mentor.profession) * mentorLevel(mentor.level - person.level) * Math.exp(0.4 * mentor.quality),
  connections: (person, other) =>
    other === person ? 0 : affinity(person, other.profession) * (other.city === person.city ? 1 : 0.4),
};
const mentorLevel = (above) => (above > 0 ? 1 : above === 0 ? 0.4 : 0.05);

/** How many of each kind somebody likes. */
const likeCounts = { jobs: 30, courses: 12, mentors: 16, connections: 40 };
const learnedSkills = 8;

/** Rows that a person likes: `known`, and `toFind`. */
function likesOf(person, { random, ...tables }) {
  const likes = {};
  for (const [kind, interest] of Object.entries(interests)) {
    const wishes = tables[kind === 'connections' ? 'people' : kind].map((item, row) => ({
      row,
      wish: interest(person, item) * Math.exp(0.5 * random.normal()),
    }));
    wishes.sort((one, other) => other.wish - one.wish);
    const liked = wishes.slice(0, likeCounts[kind]).filter(({ wish }) => wish > 0);
    const shuffled = random.draw(liked, liked.length).map(({ row }) => row);
    const split = Math.round(shuffled.length * knownShare);
    likes[kind] = { known: shuffled.slice(0, split), toFind: shuffled.slice(split) };
  }
  const shown = new Set(person.skills.map(({ skill }) => skill));
  const learnable = [person.profession, person.second ?? person.profession].flatMap(({ core }) => core);
  const next = drawSkills(
    random,
    learnable.filter(({ skill }) => !shown.has(skill)),
    learnedSkills,
  );
  likes.skills = { known: [], toFind: [...new Set(next)] };
  return likes;
}
