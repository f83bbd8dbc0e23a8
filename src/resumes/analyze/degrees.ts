import type { Degree } from './types.js';

const word = (words: string) => new RegExp(`(?<!\\p{L})(?:${words.trim().replace(/\s*\n\s*/g, '|')})(?!\\p{L})`, 'u');

/**
 * How degrees are written in English, German, French, Spanish and Ukrainian, the highest first: words in any case, and
 * acronyms that in other case, or behind a comma, are something else ("Boston, MA").
 */
const degrees: readonly (readonly [degree: Degree, words: RegExp, acronyms: RegExp])[] = [
  [
    'doctorate',
    word(
      `
      ph\\.? ?d\\.?|d\\.? ?phil\\.?|ed\\.d\\.?|pharm\\.? ?d\\.?|doctorate|doctoral degree|doctor of|juris doctor
      dr\\. ?(?:rer|ing|med|phil|iur|oec|agr|h\\.)[\\p{L}.]*|promotion|doktor\\p{L}*|doctorat|doctorad[oa]|doctora? en
      доктор\\p{L}*|кандидат\\p{L}* наук|аспірантура
    `,
    ),
    word('MD|M\\.D\\.|JD|J\\.D\\.|DNP|EdD'),
  ],
  [
    'master',
    word(
      `
      master(?:[’']?s)?|m\\.? ?sc\\.?|m\\.s\\.|m\\.a\\.|m\\.? ?eng\\.?|m\\.?b\\.?a\\.?|m\\.? ?ed\\.?|m\\.? ?phil\\.?|m\\.? ?arch|llm
      postgraduate diploma|graduate degree|magister|diplom(?!a)[-\\p{L}]*|dipl\\.-? ?\\p{L}+\\.?|(?:(?:erstes|zweites) )?staatsexamen
      maîtrise|mastère|diplôme d[’']ingénieur|bac ?\\+ ?5|maestría|máster|posgrado|магістр\\p{L}*|(?<!молодший )спеціаліст(?:а)?(?= |,|$)
    `,
    ),
    word('MS|MA|MPH|MSN|MFA|MSW|MPA|MRes|PGCE|DEA|DESS'),
  ],
  [
    'bachelor',
    word(
      `
      bachelor(?:[’']?s)?|b\\.? ?sc\\.?|b\\.s\\.|b\\.a\\.|b\\.? ?eng\\.?|b\\.? ?tech\\.?|b\\.?b\\.?a\\.?|b\\.? ?ed\\.?|b\\.? ?com\\.?|b\\.f\\.a\\.|b\\.? ?arch|llb
      undergraduate degree|licence|bac ?\\+ ?[34]|licenciatur\\p{L}*|licenciad[oa]|grado(?: universitario)? en|graduad[oa] en
      ingeniería(?: técnica)?|ingenier[oa](?: técnic[oa])? en|diplomatura|бакалавр\\p{L}*
    `,
    ),
    word('BS|BA|BFA|BSN|BSW|MBBS'),
  ],
  [
    'associate',
    word(
      `associate(?:[’']?s)?[’']? degree|associate(?:[’']s)? (?:of|in)|a\\.a\\.s?\\.|foundation degree|молодш\\p{L}+ спеціаліст\\p{L}*`,
    ),
    word('AAS|ADN|HND|HNC'),
  ],
  [
    'vocational',
    word(
      `
      apprenticeship|vocational|(?<!school )diploma|boot ?camp|trade school|trade certificate|city & guilds|certificate (?:in|iii|iv)
      (?:ausbildung|lehre|umschulung) (?:zum|zur|als)|berufsausbildung|gesellenbrief|meisterbrief|meisterprüfung|staatlich geprüfte\\p{L}*|lehrabschluss
      brevet de technicien|diplôme d[’']état|bac pro(?:fessionnel)?|titre professionnel|bac ?\\+ ?2
      formación profesional|técnic[oa](?: superior)? en|ciclo formativo|grado (?:medio|superior)
      професійно-технічн\\p{L}+|училищ\\p{L}+|кваліфікован\\p{L}+ робітни\\p{L}+
    `,
    ),
    word('NVQ|BTEC|BTS|DUT|BUT|CAP|BEP|IHK'),
  ],
  [
    'school',
    word(
      `
      high school|secondary school|a[- ]levels?|gcses?|leaving certificate|international baccalaureate
      abitur|fachabitur|fachhochschulreife|(?:allgemeine )?hochschulreife|matura|realschulabschluss|mittlere reife|hauptschulabschluss
      baccalauréat|bac (?:s|es|l|général|scientifique|technologique|stmg)|bachillerato|educación secundaria|graduado escolar
      середня (?:школа|освіта)|загальноосвітня школа|гімназія|ліцей
    `,
    ),
    word('GED|ESO'),
  ],
];

const americanState = /, (?:MA|MS|MD)(?!\p{L})/gu;

/** The degree that a line names; the highest, when it names several. */
export function degreeIn(line: string): Degree | undefined {
  const plain = line.replace(americanState, ',');
  const lower = plain.toLowerCase();
  return degrees.find(([, words, acronyms]) => words.test(lower) || acronyms.test(plain))?.[0];
}
