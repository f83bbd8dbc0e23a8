/** What the notifications of the community say. */

const longestName = 100;
const longestExcerpt = 200;

export type ContentType = 'post' | 'comment';

export interface Words {
  title: string;
  message: string;
}

/** The start of a text on one line, cut at a word where there is one; an ellipsis says that there is more. */
export function excerpt(text: string, most = longestExcerpt): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= most) return line;
  const start = characters.slice(0, most - 1).join('');
  const words = start.replace(/ [^ ]*$/, '');
  return `${words.length > start.length / 2 ? words : start}…`;
}

export const likeWords = (name: string, type: ContentType): Words => ({
  title: 'New like',
  message: `${excerpt(name, longestName)} liked your ${type}`,
});

export const commentWords = (name: string, type: ContentType): Words => ({
  title: 'New comment',
  message: `${excerpt(name, longestName)} commented on your ${type}`,
});

/** The content itself when its author wrote nothing but blanks. */
export const mentionWords = (name: string, type: ContentType, body: string): Words => {
  const title = `${excerpt(name, longestName)} mentioned you in a ${type}`;
  return { title, message: excerpt(body) || title };
};
