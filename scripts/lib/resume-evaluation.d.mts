/** What is expected of a fixture, or was given for it. */
export interface ResumeFacts {
  type: string;
  name: string | null;
  emails: string[];
  jobs: number;
  years: number;
  level: string;
  language: string | null;
}

export interface ExpectedResume extends ResumeFacts {
  half: 'tuning' | 'held-out';
  skills: string[];
  mayFind: string[];
  traps: string[];
  hidden: string[];
}

interface PrecisionAndRecall {
  precision: number;
  recall: number;
}

export function measureSkills(
  cases: { found: string[]; expected: ExpectedResume }[],
  taxonomy: readonly { name: string; category: string }[],
  isAmbiguous: (name: string) => boolean,
): { technical: PrecisionAndRecall; all: PrecisionAndRecall; ambiguous: number; hiddenLeftOut: number };

export function measureFacts(cases: { given: ResumeFacts; expected: ExpectedResume }[]): Record<keyof ResumeFacts, number>;
