/** The parts of a resume that its headings tell; `header` is what comes before the first. */
export type SectionKind =
  | 'header'
  | 'summary'
  | 'experience'
  | 'education'
  | 'skills'
  | 'projects'
  | 'certifications'
  | 'languages'
  | 'volunteering'
  | 'publications'
  | 'awards'
  | 'interests'
  | 'references'
  | 'contact';

export interface Section {
  kind: SectionKind;
  /** As written; empty for the header. */
  heading: string;
  /** Indexes of its first line and of the line behind its last. */
  from: number;
  to: number;
}

export interface Evidence {
  /** Counts from 1, in the extracted text. */
  line: number;
  section: SectionKind;
  excerpt: string;
}

export interface FoundSkill {
  skillId: number;
  name: string;
  category: string;
  /** The chance that the resume really claims the skill, from 0 to 1. */
  confidence: number;
  /** Years of the dated jobs whose text names it, or those the resume states, if more; null when there are neither. */
  years: number | null;
  /** How the resume itself rates it, as in "basic knowledge of"; null when it does not. */
  command: 'basic' | 'advanced' | null;
  mentions: number;
  /** The first mentions, three at most. */
  evidence: Evidence[];
}

export interface Job {
  title: string | null;
  employer: string | null;
  place: string | null;
  /** An internship, a work placement or a student's job; its months count half. */
  isInternship: boolean;
  /** YYYY-MM, or YYYY when the resume gives no month. */
  start: string;
  /** null for a job held now. */
  end: string | null;
  years: number;
  /** Counts from 1. */
  line: number;
}

export type Level = 'entry' | 'junior' | 'mid' | 'senior' | 'lead';

export interface Experience {
  jobs: Job[];
  /** Months that jobs share count once, those of internships alone half. */
  totalYears: number;
  level: Level;
}

export type Degree = 'doctorate' | 'master' | 'bachelor' | 'associate' | 'vocational' | 'school';

export interface Education {
  degree: Degree;
  /** The degree as written. */
  title: string;
  institution: string | null;
  /** The year it ended, or is to end. */
  year: number | null;
  inProgress: boolean;
}

export type LanguageLevel = 'native' | 'fluent' | 'advanced' | 'intermediate' | 'basic';

/** A language that the resume's owner speaks. */
export interface SpokenLanguage {
  /** ISO 639-1. */
  code: string;
  /** In English. */
  name: string;
  /** null when none is given. */
  level: LanguageLevel | null;
}

export interface Contact {
  /** Of the person, when the first lines tell it. */
  name: string | null;
  emails: string[];
  phones: string[];
  links: string[];
}

/** What a reader of the file knows beside its text. */
export interface FileFacts {
  /** null where the format has no pages. */
  pages: number | null;
  /** Text that no reader of the page sees, and that was left out. */
  hidden: { characters: number } | null;
  /** Whether the text was too long and its end was left out. */
  truncated: boolean;
  /** Whether the text was recognised in pictures, and so may have errors. */
  recognized: boolean;
}

/** How the text reads, in numbers. */
export interface TextStyle {
  words: number;
  bullets: number;
  /** Bullets of more than 40 words. */
  longBullets: number;
  /** Bullets of the work history, and those of them that name a figure. */
  jobBullets: number;
  jobBulletsWithFigures: number;
}

export type WarningCode =
  | 'HIDDEN_TEXT'
  | 'TRUNCATED'
  | 'RECOGNIZED'
  | 'TOO_LONG'
  | 'NO_DATES'
  | 'DATES_IGNORED'
  | 'DATE_GAP'
  | 'NO_CONTACT'
  | 'NO_SECTIONS';

/** Something the resume's owner should look at. */
export interface ResumeWarning {
  code: WarningCode;
  /** What was found, in a sentence. */
  message: string;
}

/** A skill that open jobs ask for. */
export interface DemandedSkill {
  skillId: number;
  name: string;
  /** How many of the fitting open jobs ask for it. */
  openJobs: number;
  /** The sum of the weights that these jobs give it. */
  weight: number;
  /** Names of the skills that are often held together with it. */
  related: readonly string[];
}

/** What the open jobs that fit a resume ask for; a job fits when it asks for at least one of the resume's skills. */
export interface SkillDemand {
  openJobs: number;
  /** Every skill that these jobs ask for, held or not. */
  skills: readonly DemandedSkill[];
}

/** A skill that fitting open jobs ask for and the resume lacks. */
export interface SkillGap {
  skillId: number;
  name: string;
  openJobs: number;
  /** The share of the fitting open jobs that ask for it, from 0 to 1. */
  share: number;
  /** Names of the resume's skills that it goes together with; they make it easier to learn. */
  related: string[];
  /** Why it is named, in words. */
  reason: string;
}

export interface ScorePart {
  /** 0 to 100. */
  score: number;
  /** The part's share of the total, from 0 to 1. */
  weight: number;
  /** How the score came about, in words. */
  reason: string;
  /** What would raise it; null when there is nothing to do. */
  hint: string | null;
}

export type ScorePartName = 'skills' | 'experience' | 'evidence' | 'completeness' | 'readability';

export interface ResumeScore {
  /** 0 to 100: the weighted sum of the parts. */
  total: number;
  parts: Record<ScorePartName, ScorePart>;
}

/** What a resume says, without any judgement. */
export interface ResumeFindings {
  /** Most confident first. */
  skills: FoundSkill[];
  sections: { kind: SectionKind; heading: string; line: number }[];
  experience: Experience;
  education: Education[];
  languages: SpokenLanguage[];
  contact: Contact;
  file: FileFacts;
  style: TextStyle;
  warnings: ResumeWarning[];
}

export interface ResumeAnalysis extends ResumeFindings {
  score: ResumeScore;
  /** Most asked for first. */
  gaps: SkillGap[];
}
