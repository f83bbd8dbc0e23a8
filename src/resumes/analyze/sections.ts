import type { Section, SectionKind } from './types.js';

/** Headings by section, in the languages that are detected; compared without case, spaces and punctuation. */
const headings: Readonly<Record<Exclude<SectionKind, 'header'>, string>> = {
  summary:
    'summary, professional summary, career summary, executive summary, profile, professional profile, personal profile, about, about me, ' +
    'objective, career objective, personal statement, profil, kurzprofil, über mich, à propos, perfil, perfil profesional, sobre mí, про себе',
  experience:
    'experience, work experience, professional experience, relevant experience, employment, employment history, work history, ' +
    'career history, professional background, career, berufserfahrung, beruflicher werdegang, praxiserfahrung, ' +
    'expérience, expériences, expérience professionnelle, expériences professionnelles, parcours professionnel, ' +
    'experiencia, experiencia laboral, experiencia profesional, досвід, досвід роботи',
  education:
    'education, education and training, academic background, academic history, academic qualifications, qualifications, studies, ' +
    'ausbildung, bildung, bildungsweg, studium, formation, formations, études, educación, formación, formación académica, estudios, освіта',
  skills:
    'skills, technical skills, key skills, core skills, professional skills, skills and tools, skills and technologies, skills summary, ' +
    'core competencies, competencies, areas of expertise, expertise, technologies, tech stack, tools, tools and technologies, ' +
    'soft skills, hard skills, skills and abilities, strengths, kenntnisse, it kenntnisse, fähigkeiten, kompetenzen, ' +
    'compétences, compétences techniques, habilidades, competencias, aptitudes, conocimientos, навички, ключові навички',
  projects:
    'projects, personal projects, selected projects, key projects, side projects, open source, portfolio, projekte, projets, proyectos, проєкти',
  certifications:
    'certifications, certificates, certification, licenses, licenses and certifications, certifications and licenses, courses, ' +
    'training, professional development, zertifikate, weiterbildung, weiterbildungen, certificats, certificaciones, certificados, сертифікати, курси',
  languages: 'languages, language skills, sprachen, sprachkenntnisse, langues, idiomas, мови',
  volunteering:
    'volunteering, volunteer experience, volunteer work, community involvement, ehrenamt, bénévolat, voluntariado, волонтерство',
  publications:
    'publications, selected publications, papers, talks, publikationen, veröffentlichungen, publicaciones, публікації',
  awards:
    'awards, honors, honours, awards and honors, achievements, accomplishments, auszeichnungen, distinctions, premios, нагороди',
  interests:
    'interests, hobbies, hobbies and interests, personal interests, interessen, loisirs, centres d’intérêt, intereses, aficiones, інтереси',
  references: 'references, referees, referenzen, références, referencias, рекомендації',
  contact:
    'contact, contact details, contact information, personal details, personal information, kontakt, persönliche daten, contacto, datos personales, контакти',
};

const compact = (text: string) =>
  text
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^\p{L}]/gu, '');

const kinds = new Map<string, SectionKind>(
  Object.entries(headings).flatMap(([kind, names]) =>
    names.split(', ').map((name) => [compact(name), kind as SectionKind] as const),
  ),
);

const maxHeadingLength = 60;

/** `Skills: Python, SQL` is a heading and the section in one line. Only skills are written so often enough to be sure. */
const inlineHeading = /^(?:(?:technical|key|core) )?skills ?:/i;

/** The section a line opens; also for letter-spaced headings such as `S U M M A R Y`. */
function headingKind(line: string): SectionKind | undefined {
  if (inlineHeading.test(line)) return 'skills';
  return line.length <= maxHeadingLength && !/\d|@|\t/.test(line) ? kinds.get(compact(line)) : undefined;
}

/** Divides a resume's lines into its sections, by its headings. Every line belongs to one. */
export function findSections(lines: readonly string[]): Section[] {
  const sections: Section[] = [{ kind: 'header', heading: '', from: 0, to: lines.length }];
  lines.forEach((line, index) => {
    const kind = headingKind(line);
    if (!kind) return;
    sections.at(-1)!.to = index;
    sections.push({ kind, heading: line, from: index, to: lines.length });
  });
  return sections;
}

/** The section each line belongs to. */
export function sectionByLine(sections: readonly Section[]): SectionKind[] {
  return sections.flatMap(({ kind, from, to }) => Array<SectionKind>(to - from).fill(kind));
}
