import type { Contact } from './types.js';

const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const linkPattern =
  /\bhttps?:\/\/[^\s<>()|,]{3,200}|\b(?:www\.|linkedin\.com\/|github\.com\/|gitlab\.com\/)[^\s<>()|,]{2,200}/giu;
const phonePattern = /(?<![\p{L}\p{N}./-])(?:\+|00)?\(?\d[\d\s()./-]{6,20}\d(?![\p{L}\p{N}/-])/gu;

const maxOfEach = 10;
const unique = (values: string[]) => [...new Set(values)].slice(0, maxOfEach);
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([value]) => value.replace(/[.;:]+$/, ''));

const isPhone = (text: string) => {
  const digits = text.replace(/\D/g, '');
  const looksLikeDates = /\b(?:19|20)\d\d\b/.test(text) && !/^(\+|00|\()/.test(text);
  return digits.length >= 8 && digits.length <= 15 && !looksLikeDates && !text.includes('\n');
};

/** Finds e-mail addresses, links and phone numbers. */
export function findContact(text: string): Contact {
  return {
    emails: unique(all(text, emailPattern)),
    phones: unique(all(blankContacts(text), phonePattern).map((phone) => phone.trim())).filter(isPhone),
    links: unique(all(text, linkPattern)),
  };
}

/** Replaces addresses and links by spaces, so that `github.com/…` counts as no skill and its digits as no phone number. */
export function blankContacts(text: string): string {
  const blank = (match: string) => ' '.repeat(match.length);
  return text.replace(linkPattern, blank).replace(emailPattern, blank);
}
