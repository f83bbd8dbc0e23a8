/** What windows-1252 has in the place of the second set of control characters; a dot stands for the five it leaves free. */
const windows1252 = '€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ';

// The TextDecoder of Node 20 takes windows-1252 for latin1.
const decodeWindows1252 = (data: Buffer) =>
  data.toString('latin1').replace(/[\u0080-\u009F]/g, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? '');

/** Decodes by an encoding's name, such as `windows-1251`; by windows-1252, which knows every byte, when it is unknown. */
export function decodeCodePage(data: Buffer, encoding: string): string {
  const name = encoding.trim().toLowerCase();
  if (['windows-1252', 'iso-8859-1', 'latin1', 'us-ascii', 'ascii'].includes(name)) return decodeWindows1252(data);
  try {
    return new TextDecoder(name).decode(data);
  } catch {
    return decodeWindows1252(data);
  }
}

/** The letters that tell an encoding: those its languages use most. */
const cyrillic = 'оаиніетврслкдмупязьбгчйхжшюцщєїґ';
const western = 'äöüßéèêëàâáãåæçîïíñóôúùûøœÄÖÜÉÅØ';
const central = 'áäąăâčćďéęěíîłńňóöőřśšșťțúüůűýźżžŁŚŻŹŠČŘŽÁÉŐ';

const candidates: readonly (readonly [encoding: string, letters: ReadonlySet<string>])[] = [
  ['windows-1252', new Set(western)],
  ['windows-1250', new Set(central)],
  ['iso-8859-2', new Set(central)],
  ['windows-1251', new Set(cyrillic)],
  ['koi8-u', new Set(cyrillic)],
];

const isLetter = (character: string | undefined) => character !== undefined && /\p{L}/u.test(character);
const isCyrillic = (character: string) => /\p{Script=Cyrillic}/u.test(character);

/** How much a decoded text looks like words, by its characters outside of ASCII. */
function plausibility(text: string, usual: ReadonlySet<string>): number {
  let score = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character < '\x80') continue;
    const [before, after] = [text[index - 1] ?? ' ', text[index + 1] ?? ' '];
    if (isLetter(character)) {
      score += usual.has(character) ? 2 : 0;
      // Alphabets do not mix within a word, and a word has no capital behind a small letter.
      const mixes = [before, after].some((other) => isLetter(other) && isCyrillic(other) !== isCyrillic(character));
      if (mixes || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(character))) score -= 3;
    } else if (isLetter(before) && isLetter(after) && character !== '’') score -= 3;
  }
  return score;
}

/** Enough of a text to tell its encoding. */
const sampleBytes = 16_384;

/** Decodes text of an unknown 8-bit encoding: the one in which it has the likeliest letters, windows-1252 when none leads. */
export function decodeUnknownCodePage(data: Buffer): string {
  const sample = data.subarray(0, sampleBytes);
  let best = { encoding: 'windows-1252', score: Number.NEGATIVE_INFINITY };
  for (const [encoding, letters] of candidates) {
    const score = plausibility(decodeCodePage(sample, encoding), letters);
    if (score > best.score) best = { encoding, score };
  }
  return decodeCodePage(data, best.encoding);
}
