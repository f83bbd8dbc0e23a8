import { hasTitle } from './job-titles.js';
import { isPlace } from './places.js';
import { kindOfHeading } from './section-headings.js';

/** A name stands among the first lines; with a column at the side further down, where only the address tells it. */
const topLines = 8;
const searchedLines = 80;
const maxLength = 60;

const label = /^(?:full name|name|vor- und nachname|nom(?: et prénom)?|nombre(?: y apellidos)?|ім['’ʼ]я|піб|прізвище) ?:\s*/i;
const documentName =
  /^(?:curriculum vitae|curriculum|resume|résumé|cv|lebenslauf|hoja de vida|резюме|bewerbung)(?!\p{L})[\s:–—-]*(?:(?:of|for|von|de|du)\s)?/iu;
const salutation = /^(?:dr|mr|mrs|ms|mx|prof|dipl\.-ing|ing|herr|frau|m|mme|sr|sra)\. ?(?:(?:med|rer|nat|phil)\. ?)*/i;
const credentials =
  /(?:,\s*|\s+)(?:ph\.?d|m\.?d|r\.?n|bsn|msn|mba|m\.?sc|b\.?sc|m\.?a|b\.?a|cpa|cfa|pmp|pe|esq|jr|sr|ii|iii|iv|he\/him|she\/her|they\/them)\.?(?=$|[,\s])/gi;
const particle =
  /^(?:de|del|da|di|du|des|dos|la|le|van|von|vom|zu|zur|der|den|ten|ter|bin|ibn|ben|bint|al|el|abu|y|e|af|av|mac|st\.?)$/i;
/** A word with a capital, of a script without them, or an initial. */
const nameWord = /^(?:\p{Lu}[\p{L}\p{M}’'ʼ.-]*|\p{Lo}[\p{L}\p{M}'"״׳-]+|[d]['’]\p{Lu}[\p{L}\p{M}-]+)$/u;
/** Words of headlines and addresses that look like names. */
const noName =
  /(?<!\p{L})(?:street|road|avenue|lane|straße|strasse|rue|calle|avenida|вулиця|вул|phone|email|mobile|address|page|university|college|school|inc|ltd|gmbh|llc|data|software|marketing|sales|science|engineering|design|development|services|solutions|technology|management|full[- ]stack|front[- ]?end|back[- ]?end|professional|confidential|hospital|portfolio|registered|certified|geboren|born|nationality|driving|computer|web|machine|learning)(?!\p{L})/iu;

/** `MARY O'NEIL` as `Mary O'Neil`. */
const inMixedCase = (name: string) =>
  name === name.toUpperCase() && name !== name.toLowerCase()
    ? name.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => word[0] + word.slice(1).toLowerCase())
    : name;

/** The person's name that a line, or its first column, consists of. */
function nameIn(line: string): string | undefined {
  const column = line
    .slice(0, 2 * maxLength)
    .replace(documentName, '')
    .split(/\t|\s*[|•·]\s*|\s+[–—-]\s+/)[0]!;
  const text = column
    .replace(label, '')
    .replace(salutation, '')
    .replace(/\s*\([^()]*\)/, '')
    .replace(credentials, '')
    .replace(/[,:;\s]+$/, '')
    .trim();
  const words = text.split(/ +/);
  const isName =
    text.length <= maxLength &&
    words.length >= 2 &&
    words.length <= 5 &&
    words.filter((word) => nameWord.test(word)).length >= 2 &&
    words.every((word) => nameWord.test(word) || particle.test(word));
  if (!isName || hasTitle(text) || noName.test(text) || isPlace(text) || kindOfHeading(text)) return undefined;
  return inMixedCase(text);
}

const fold = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z]/g, '');

/** How many of a name's words an address has. */
function wordsInAddress(name: string, emails: readonly string[]): number {
  const addresses = emails.map((email) => fold(email.split('@')[0]!));
  const words = name
    .split(' ')
    .map(fold)
    .filter((word) => word.length > 2);
  return Math.max(0, ...addresses.map((address) => words.filter((word) => address.includes(word)).length));
}

/**
 * Finds the name of the resume's owner: the first of the top lines that can be one, unless a line elsewhere agrees better
 * with the e-mail address. null when none does.
 */
export function findName(lines: readonly string[], emails: readonly string[]): string | null {
  const candidates = lines
    .slice(0, searchedLines)
    .filter((line) => line !== '')
    .flatMap((line, place) => {
      const name = nameIn(line);
      return name === undefined ? [] : [{ name, place, agreement: wordsInAddress(name, emails) }];
    })
    .filter(({ place, agreement }) => place < topLines || agreement > 0);
  const [best] = candidates.sort((a, b) => Math.sign(b.agreement) - Math.sign(a.agreement) || a.place - b.place);
  return best?.name ?? null;
}
