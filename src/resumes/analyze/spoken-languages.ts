import type { LanguageLevel, SectionKind, SpokenLanguage } from './types.js';

/** ISO 639-1 code, English name, and the names in German, French, Spanish, Ukrainian and the language itself. */
const names = `
  ar Arabic arabisch arabe árabe арабська العربية
  bg Bulgarian bulgarisch bulgare búlgaro болгарська български
  bn Bengali bengalisch bengalí бенгальська bangla
  cs Czech tschechisch tchèque checo чеська čeština
  da Danish dänisch danois danés данська dansk
  de German deutsch allemand alemán німецька
  el Greek griechisch grec griego грецька ελληνικά
  en English englisch anglais inglés англійська
  es Spanish spanisch espagnol español іспанська castellano castilian
  et Estonian estnisch estonien estonio естонська eesti
  fa Persian persisch persan persa перська farsi
  fi Finnish finnisch finnois finlandés фінська suomi
  fr French französisch français francés французька
  he Hebrew hebräisch hébreu hebreo іврит עברית
  hi Hindi хінді
  hr Croatian kroatisch croate croata хорватська hrvatski
  hu Hungarian ungarisch hongrois húngaro угорська magyar
  id Indonesian indonesisch indonésien indonesio індонезійська bahasa
  it Italian italienisch italien italiano італійська
  ja Japanese japanisch japonais japonés японська 日本語
  ka Georgian georgisch géorgien georgiano грузинська
  ko Korean koreanisch coréen coreano корейська 한국어
  lt Lithuanian litauisch lituanien lituano литовська lietuvių
  lv Latvian lettisch letton letón латиська
  ms Malay malaiisch malais malayo малайська
  nl Dutch niederländisch néerlandais neerlandés нідерландська nederlands holländisch
  no Norwegian norwegisch norvégien noruego норвезька norsk
  pl Polish polnisch polonais polaco польська polski
  pt Portuguese portugiesisch portugais portugués португальська português
  ro Romanian rumänisch roumain rumano румунська română
  ru Russian russisch russe ruso російська русский
  sk Slovak slowakisch slovaque eslovaco словацька slovenčina
  sl Slovenian slowenisch slovène esloveno словенська
  sr Serbian serbisch serbe serbio сербська srpski
  sv Swedish schwedisch suédois sueco шведська svenska
  sw Swahili suaheli суахілі
  ta Tamil тамільська
  th Thai thailändisch thaï tailandés тайська
  tl Tagalog filipino тагальська
  tr Turkish türkisch turc turco турецька türkçe
  uk Ukrainian ukrainisch ukrainien ucraniano українська
  ur Urdu урду
  vi Vietnamese vietnamesisch vietnamien vietnamita вʼєтнамська в'єтнамська
  zh Chinese chinesisch chinois chino китайська mandarin mandarín cantonese 中文
  ca Catalan katalanisch catalan catalán каталанська català
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' '));
const languageByName = new Map(
  names.flatMap(([code = '', english = '', ...others]) =>
    [english, ...others].map((name) => [name.toLowerCase(), { code, name: english }] as const),
  ),
);
const anyLanguage = new RegExp(`(?<!\\p{L})(?:${[...languageByName.keys()].join('|')})(?!\\p{L})`, 'giu');

const levels: readonly (readonly [level: LanguageLevel, words: RegExp])[] = [
  [
    'native',
    /(?<!near[- ])native|mother tongue|bilingual|first language|muttersprach|maternelle|bilingue|materna|nativ[oa]|lengua madre|рідн|носій/i,
  ],
  [
    'fluent',
    /(?<!\p{L})C2(?!\d)|fluent|full professional|near[- ]native|proficient|fließend|verhandlungssicher|courant|fluid[oa]|вільн|досконал/iu,
  ],
  [
    'advanced',
    /(?<!\p{L})C1(?!\d)|advanced|upper[- ]intermediate|professional working|very good|excellent|sehr gut|avancé|très bon|avanzad[oa]|alto|просунут|високий|вище середнього/iu,
  ],
  [
    'intermediate',
    /(?<!\p{L})B[12](?!\d)|intermediate|conversational|limited working|good|working knowledge|gute?(?!\p{L})|mittel|intermédiaire|intermedi[oa]|medio|bon niveau|середній|розмовн/iu,
  ],
  [
    'basic',
    /(?<!\p{L})A[12](?!\d)|basic|beginner|elementary|notions|grundkenntnis|anfänger|débutant|scolaire|básic[oa]|elemental|початков|базов|елементарн/iu,
  ],
];
const levelIn = (text: string) => levels.find(([, words]) => words.test(text))?.[0] ?? null;

const inlineHeading = /^[•\s]*(?:languages?|sprachen|sprachkenntnisse|langues|idiomas|мови|знання мов) ?:/i;
/** Where a language counts when its level stands beside it. */
const withLevel = new Set<SectionKind>(['header', 'summary', 'skills', 'contact']);
const maxLine = 300;
const maxLanguages = 15;

/** The languages that a line names, each with its level when the line tells one. */
function languagesIn(line: string): SpokenLanguage[] {
  const found = [...line.matchAll(anyLanguage)];
  const first = found[0];
  if (!first) return [];
  // "Fluent in English and German" says it once for all, before; "English (C1), German (A2)" says it behind each.
  const common = levelIn(line.slice(0, first.index));
  const behind = found.map((match, place) => levelIn(line.slice(match.index + match[0].length, found[place + 1]?.index)));
  const isBefore = common !== null && behind.at(-1) === null;
  let leading = common;
  return found.map((match, place) => {
    const level = isBefore ? leading : behind[place]!;
    if (isBefore) leading = behind[place] ?? leading;
    return { ...languageByName.get(match[0].toLowerCase())!, level };
  });
}

/**
 * Finds the languages that a person speaks: those of the languages section or of a line `Languages: …`, and elsewhere at the
 * top or among the skills those whose level is told. Levels of the European framework are named in words: C2 fluent, C1
 * advanced, B2 and B1 intermediate, A2 and A1 basic.
 */
export function findLanguages(lines: readonly string[], sections: readonly SectionKind[]): SpokenLanguage[] {
  const found = new Map<string, SpokenLanguage>();
  lines.forEach((line, index) => {
    const section = sections[index];
    if (line.length > maxLine || section === undefined || found.size === maxLanguages) return;
    const isDeclared = section === 'languages' || inlineHeading.test(line);
    if (!isDeclared && !withLevel.has(section)) return;
    const own = languagesIn(line);
    // A table may have the level below its language.
    const next = section === 'languages' && own.length === 1 ? (lines[index + 1] ?? '') : '';
    for (const language of own) {
      const level = language.level ?? (languagesIn(next).length === 0 ? levelIn(next) : null);
      const known = found.get(language.code);
      if (isDeclared || level !== null) {
        if (!known || known.level === null) found.set(language.code, { ...language, level });
      }
    }
  });
  return [...found.values()].slice(0, maxLanguages);
}
