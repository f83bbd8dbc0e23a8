import { findName } from './person-name.js';
import type { Contact } from './types.js';

const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
/** `name [at] host (dot) org`, written so to hide it from harvesters. */
const hiddenEmailPattern =
  /([\p{L}\p{N}._%+-]{1,64}) ?(?:[[({] ?(?:at|@|ät|arobase|arroba) ?[\])}]|(?<= )at(?= [\p{L}\p{N}-]{1,63} dot )) ?([\p{L}\p{N}-]{1,63}(?: ?(?:\.|[[({] ?(?:dot|punkt|point|punto|\.) ?[\])}]|(?<= )dot(?= )) ?[\p{L}\p{N}-]{1,63}){1,8})/giu;
const hiddenDot = / ?(?:[[({] ?(?:dot|punkt|point|punto|\.) ?[\])}]|(?<= )dot(?= )|\.) ?/giu;

const hosts =
  'linkedin\\.com|github\\.com|gitlab\\.com|bitbucket\\.org|xing\\.com|behance\\.net|dribbble\\.com|stackoverflow\\.com|medium\\.com|dev\\.to|' +
  'kaggle\\.com|orcid\\.org|t\\.me|twitter\\.com|x\\.com|instagram\\.com|youtube\\.com|vimeo\\.com|codepen\\.io|researchgate\\.net|huggingface\\.co|djinni\\.co';
const linkPattern = new RegExp(
  `\\bhttps?:\\/\\/[^\\s<>()|,]{3,200}|(?<![\\p{L}\\p{N}.@-])(?:www\\.|(?:[a-z]{2,3}\\.)?(?:${hosts})\\/)[^\\s<>()|,]{2,200}` +
    // A domain of one's own, by the endings that such have; not `.io`, for socket.io and draw.io are skills.
    '|(?<![\\p{L}\\p{N}.@/-])[a-z0-9-]{2,40}\\.(?:[a-z0-9-]{2,40}\\.)?(?:dev|me|design|page|blog|portfolio|github\\.io)(?:\\/[^\\s<>()|,]{1,100})?(?![\\p{L}\\p{N}@])',
  'giu',
);
const phonePattern = /(?<![\p{L}\p{N}./-])(?:\+|00)?\(?\d[\d\s()./-]{6,20}\d(?![\p{L}\p{N}/-])/gu;

const maxOfEach = 10;
const unique = (values: string[]) => [...new Set(values)].slice(0, maxOfEach);
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([value]) => value.replace(/[.;:]+$/, ''));

const isPhone = (text: string) => {
  const digits = text.replace(/\D/g, '');
  const looksLikeDates = /\b(?:19|20)\d\d\b/.test(text) && !/^(\+|00|\()/.test(text);
  return digits.length >= 8 && digits.length <= 15 && !looksLikeDates && !/[\n\t]/.test(text);
};

const hiddenEmails = (text: string) =>
  [...text.matchAll(hiddenEmailPattern)].map(([, name, host]) => `${name}@${host!.replace(hiddenDot, '.')}`);

/** Finds the person's name, e-mail addresses, links and phone numbers; at most ten of each. */
export function findContact(text: string, lines: readonly string[]): Contact {
  const emails = unique([...all(text, emailPattern), ...hiddenEmails(text)]);
  return {
    name: findName(lines, emails),
    emails,
    phones: unique(all(blankContacts(text), phonePattern).map((phone) => phone.trim())).filter(isPhone),
    links: unique(all(text.replace(emailPattern, blank), linkPattern)),
  };
}

const blank = (match: string) => ' '.repeat(match.length);

/** Replaces addresses and links by spaces, so that `github.com/…` counts as no skill and its digits as no phone number. */
export function blankContacts(text: string): string {
  return text.replace(hiddenEmailPattern, blank).replace(linkPattern, blank).replace(emailPattern, blank);
}
