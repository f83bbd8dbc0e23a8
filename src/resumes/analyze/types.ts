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
  /** Years of the dated jobs whose text names it; null when none does. */
  years: number | null;
  mentions: number;
  /** The first mentions, three at most. */
  evidence: Evidence[];
}

export interface Job {
  title: string | null;
  employer: string | null;
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
  /** Overlapping jobs count once. */
  totalYears: number;
  level: Level;
}

export type Degree = 'doctorate' | 'master' | 'bachelor' | 'associate' | 'vocational' | 'school';

export interface Education {
  degree: Degree;
  /** The degree as written. */
  title: string;
  institution: string | null;
  /** The year it ended, or ends. */
  year: number | null;
}

export interface Contact {
  emails: string[];
  phones: string[];
  links: string[];
}

export interface ScorePart {
  /** 0 to 100. */
  score: number;
  /** The part's share of the total, from 0 to 1. */
  weight: number;
  /** How the score came about, in words. */
  explanation: string;
}

export interface ResumeScore {
  /** 0 to 100: the weighted sum of the parts. */
  total: number;
  parts: Record<'skills' | 'experience' | 'education' | 'completeness', ScorePart>;
}

export interface ResumeAnalysis {
  /** Most confident first. */
  skills: FoundSkill[];
  sections: { kind: SectionKind; heading: string; line: number }[];
  experience: Experience;
  education: Education[];
  contact: Contact;
  score: ResumeScore;
}
