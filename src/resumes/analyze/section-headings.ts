import type { SectionKind } from './types.js';

/** Headings by section, in English, German, French, Spanish and Ukrainian; compared without case, accents, spaces and punctuation. */
const headings: Readonly<Record<Exclude<SectionKind, 'header'>, string>> = {
  summary:
    'summary, professional summary, career summary, executive summary, summary of qualifications, profile, professional profile, profile summary, ' +
    'about, about me, who i am, objective, career objective, personal statement, introduction, bio, career highlights, ' +
    'profil, kurzprofil, über mich, zusammenfassung, zur person, berufsziel, ' +
    'à propos, à propos de moi, résumé, résumé professionnel, profil professionnel, objectif, objectif professionnel, présentation, ' +
    'perfil, perfil profesional, sobre mí, acerca de mí, resumen, resumen profesional, extracto, objetivo, objetivo profesional, ' +
    'про себе, про мене, профіль, мета, резюме, загальна інформація, короткий опис',
  experience:
    'experience, work experience, professional experience, relevant experience, employment, employment history, employment record, work history, ' +
    'job history, career history, career, career summary and experience, professional background, professional history, positions held, ' +
    'where i’ve worked, internships, internship experience, teaching experience, clinical experience, nursing experience, research experience, ' +
    'industry experience, military experience, leadership experience, academic experience, freelance experience, ' +
    'berufserfahrung, berufliche erfahrung, beruflicher werdegang, berufspraxis, praxiserfahrung, praktische erfahrung, werdegang, ' +
    'arbeitserfahrung, beschäftigung, berufliche stationen, berufstätigkeit, praktika, ' +
    'expérience, expériences, expérience professionnelle, expériences professionnelles, parcours, parcours professionnel, emplois, stages, ' +
    'expérience de travail, ' +
    'experiencia, experiencia laboral, experiencia profesional, experiencia de trabajo, trayectoria, trayectoria profesional, historial laboral, prácticas, ' +
    'досвід, досвід роботи, професійний досвід, трудова діяльність, кар’єра, трудовий досвід, стажування',
  education:
    'education, education and training, educational background, academic background, academic history, academic qualifications, academic record, ' +
    'qualifications, degrees, studies, schooling, ' +
    'ausbildung, bildung, bildungsweg, schulbildung, akademische ausbildung, akademischer werdegang, hochschulbildung, studium, schule, ' +
    'aus und weiterbildung, studium und ausbildung, ' +
    'formation, formations, formation académique, parcours académique, parcours scolaire, études, diplômes, scolarité, cursus, ' +
    'educación, formación, formación académica, estudios, estudios realizados, titulación, formación profesional, ' +
    'освіта, вища освіта, навчання, освіта та навчання',
  skills:
    'skills, technical skills, key skills, core skills, professional skills, it skills, computer skills, digital skills, skill set, skillset, ' +
    'skills and tools, skills and technologies, skills summary, skills and abilities, technical summary, technical proficiencies, technical expertise, ' +
    'core competencies, core competences, competencies, competences, areas of expertise, areas of knowledge, expertise, specialties, capabilities, ' +
    'technologies, technology, tech stack, technology stack, stack, tools, tools and technologies, programming languages, programming, software, ' +
    'languages and tools, languages and technologies, languages and frameworks, frameworks, ' +
    'soft skills, hard skills, interpersonal skills, strengths, clinical skills, ' +
    'kenntnisse, it kenntnisse, edv kenntnisse, fachkenntnisse, besondere kenntnisse, weitere kenntnisse, kenntnisse und fähigkeiten, fähigkeiten, ' +
    'kompetenzen, kernkompetenzen, qualifikationen, technische kenntnisse, technische fähigkeiten, stärken, programmierkenntnisse, technologien, ' +
    'compétences, compétences techniques, compétences clés, compétences professionnelles, compétences informatiques, savoir faire, savoir être, ' +
    'informatique, outils, logiciels, technologies et outils, qualités, atouts, ' +
    'habilidades, habilidades técnicas, competencias, competencias técnicas, competencias clave, aptitudes, conocimientos, conocimientos técnicos, ' +
    'conocimientos informáticos, informática, herramientas, tecnologías, destrezas, ' +
    'навички, ключові навички, професійні навички, технічні навички, уміння, вміння, компетенції, технології, інструменти, ' +
    'знання, володіння комп’ютером, навички та вміння, особисті якості',
  projects:
    'projects, personal projects, selected projects, key projects, side projects, academic projects, recent projects, project experience, ' +
    'open source, open source contributions, portfolio, selected work, case studies, ' +
    'projekte, eigene projekte, ausgewählte projekte, projekterfahrung, projets, projets personnels, réalisations, ' +
    'proyectos, proyectos personales, проєкти, проекти, портфоліо, власні проєкти',
  certifications:
    'certifications, certificates, certification, licenses, licences, licensure, licenses and certifications, certifications and licenses, ' +
    'professional certifications, courses, relevant coursework, coursework, training, trainings, training and certifications, professional training, ' +
    'professional development, continuing education, ' +
    'zertifikate, zertifizierungen, weiterbildung, weiterbildungen, fortbildung, fortbildungen, lehrgänge, kurse, führerschein, lizenzen, ' +
    'certificats, certifications professionnelles, formations complémentaires, permis, ' +
    'certificaciones, certificados, cursos, cursos y certificaciones, formación complementaria, licencias, ' +
    'сертифікати, сертифікації, курси, тренінги, додаткова освіта, курси та сертифікати, підвищення кваліфікації, ліцензії',
  languages:
    'languages, language skills, spoken languages, foreign languages, language proficiency, sprachen, sprachkenntnisse, fremdsprachen, ' +
    'langues, langues étrangères, langues parlées, compétences linguistiques, idiomas, lenguas, мови, знання мов, володіння мовами, іноземні мови',
  volunteering:
    'volunteering, volunteer experience, volunteer work, voluntary work, community involvement, community service, extracurricular activities, ' +
    'extracurriculars, memberships, professional memberships, affiliations, ' +
    'ehrenamt, ehrenamtliches engagement, ehrenamtliche tätigkeiten, mitgliedschaften, ' +
    'bénévolat, engagement associatif, vie associative, voluntariado, волонтерство, волонтерська діяльність, громадська діяльність',
  publications:
    'publications, selected publications, papers, talks, conference talks, patents, publications and talks, ' +
    'publikationen, veröffentlichungen, vorträge, patente, conférences, brevets, publicaciones, ponencias, patentes, публікації, виступи, патенти',
  awards:
    'awards, honors, honours, awards and honors, honors and awards, achievements, key achievements, accomplishments, scholarships, ' +
    'auszeichnungen, preise, erfolge, stipendien, distinctions, prix, prix et distinctions, récompenses, ' +
    'premios, reconocimientos, logros, becas, нагороди, відзнаки, досягнення',
  interests:
    'interests, hobbies, hobbies and interests, personal interests, interessen, hobbys, freizeit, freizeitaktivitäten, ' +
    'loisirs, centres d’intérêt, intérêts, passions, intereses, aficiones, pasatiempos, інтереси, захоплення, хобі',
  references: 'references, referees, referenzen, références, referencias, рекомендації',
  contact:
    'contact, contact me, contact details, contact information, contact info, contacts, personal details, personal information, personal data, ' +
    'kontakt, kontaktdaten, persönliche daten, persönliche angaben, persönliche informationen, angaben zur person, ' +
    'coordonnées, informations personnelles, état civil, contacto, datos personales, datos de contacto, información personal, información de contacto, ' +
    'контакти, контактна інформація, контактні дані, особисті дані, особиста інформація',
};

const compact = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/&/g, 'and')
    .replace(/[^\p{L}]/gu, '');

const kinds = new Map<string, SectionKind>(
  Object.entries(headings).flatMap(([kind, names]) =>
    names.split(', ').map((name) => [compact(name), kind as SectionKind] as const),
  ),
);

const number = /^\(?(?:\d{1,2}|[ivx]{1,4})[.):]\s+/i;
const remark = /\s*\([^()]*\)\s*$/;
/** Words before a heading that change nothing: "Relevant Work Experience", "My Skills". */
const qualifier =
  /^(?:relevant|additional|selected|other|further|related|recent|previous|prior|current|past|main|key|core|my|most recent|professional|personal|technical|weitere|sonstige|meine|autres?|mes|otr[oa]s|mis|інші|додаткові|мої) /i;
const and = /\s*(?:&|\/|,|\+|\||\s(?:and|und|et|y|e|та|і|й)\s)\s*/i;

/**
 * The section that a heading's words announce, whatever the case, accents, spacing, numbering and punctuation:
 * `EXPERIENCE`, `S K I L L S`, `2. Work History:`, `Skills & Interests`. Of several sections in one heading the first counts.
 */
export function kindOfHeading(text: string): SectionKind | undefined {
  const plain = text
    .replace(number, '')
    .replace(remark, '')
    .replace(/[:\s]+$/, '')
    .trim();
  const known = kinds.get(compact(plain)) ?? kinds.get(compact(plain.replace(qualifier, '')));
  if (known) return known;
  const parts = plain.split(and).map((part) => kinds.get(compact(part.replace(qualifier, ''))));
  return parts.length > 1 && parts.every((kind) => kind !== undefined) ? parts[0] : undefined;
}
