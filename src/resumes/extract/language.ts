/** The commonest words of each language, and those that head the parts of a resume. */
const commonWords: Readonly<Record<string, string>> = {
  en: 'the and of to in for with on at from by is was are as an our which that this experience education skills work summary references',
  de:
    'der die das und mit für von den dem im ein eine zu zur auf bei als des ist durch sowie nach ' +
    'berufserfahrung ausbildung kenntnisse sprachen bis seit heute lebenslauf',
  fr:
    'le la les et des du une dans pour avec sur au aux est par en mes nos chez ou ' +
    'expérience expériences professionnelle formation compétences langues depuis à',
  es:
    'el los las y del una en para con por al es de como desde que su mi más ' +
    'experiencia laboral formación habilidades idiomas educación actualidad conocimientos',
  uk: 'та і в на з для до у за від що як при по не це із про або досвід роботи освіта навички мови дотепер рідна',
};
const languages = Object.entries(commonWords).map(([code, words]) => [code, new Set(words.split(' '))] as const);

/** Fewer words than this of any language tell nothing: a list of skills has none. */
const minHits = 4;
/** The best language must be this much ahead of the next. */
const minLead = 1.5;

/** Tells the language of a text by its commonest words: `en`, `de`, `fr`, `es`, `uk`, or null when unsure. */
export function detectLanguage(text: string): string | null {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const [best, second] = languages
    .map(([code, stop]) => ({ code, hits: words.filter((word) => stop.has(word)).length }))
    .sort((a, b) => b.hits - a.hits);
  return best && second && best.hits >= minHits && best.hits >= second.hits * minLead ? best.code : null;
}
