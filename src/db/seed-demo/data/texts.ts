/** Sentences with `{skill}`, `{title}` or `{company}` to be filled in. */
export const posts = [
  'Finished a small project with {skill} this weekend. Happy to answer questions.',
  'What helped you most when you started with {skill}?',
  'Three things I wish I had known before my first month as a {title}: ask early, write it down, take the break.',
  'We are looking for a {title} at {company}. The team is kind and the problems are real.',
  'Wrote down how we use {skill} at work. The short version: less of it than we thought we needed.',
  'Passed my {skill} course today. Next stop: using it for something useful.',
  'Is {skill} still worth learning this year? My answer is yes, and here is why.',
  'One year as a {title} at {company} today. Thank you to everyone who answered my questions.',
  'A mistake I made with {skill} last week cost us an afternoon. Here is what we changed.',
  'Looking for a study partner for {skill}, two evenings a week.',
  'My interview for a {title} role went well because I practised out loud. Try it.',
  'Reading list for anyone new to {skill}, in the order I would read it again.',
] as const;

export const comments = [
  'Congratulations, well deserved!',
  'Thank you for writing this down.',
  'I have seen the same. What did you do about it in the end?',
  'Good point about asking early.',
  'Would you share the reading list?',
  'I am in, sending you a message.',
  'This is how we do it too, and it has held up for years.',
  'I disagree a little: it depends on the size of the team.',
  'Saved for later, thanks.',
  'How long did it take you?',
] as const;

export const sessionTopics = [
  'Getting started with {skill}',
  'A second look at my resume',
  'Preparing for a {title} interview',
  'From {skill} beginner to confident',
  'Finding the next step in my career',
  'Negotiating an offer',
] as const;

export const mentorBios = [
  'I have worked as a {title} for many years and like to help others with {skill}. Bring a real problem.',
  'Former career changer, now {title}. We can talk about {skill}, interviews and everything in between.',
  'I listen first. Then we make a plan. Mostly {skill}, sometimes life as a {title}.',
] as const;

/** Fills in what stands in braces. */
export const fill = (text: string, values: { skill: string; title: string; company?: string }): string =>
  text.replace(/\{(skill|title|company)\}/g, (_, key: 'skill' | 'title' | 'company') => values[key] ?? '');
