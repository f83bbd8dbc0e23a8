import type { SkillEntry } from '../types.js';

export const humanResources: readonly SkillEntry[] = [
  ['Human Resources', ['HR', 'HR management', 'Human resource management'], ['Recruiting']],
  ['Recruiting', ['Recruitment', 'Talent acquisition', 'Sourcing candidates', 'Recruiter'], ['Interviewing']],
  ['Interviewing', ['Candidate interviewing'], ['Recruiting']],
  ['Onboarding', ['Employee onboarding'], ['Human Resources']],
  ['Employee Relations', ['Labor relations', 'Labour relations'], ['Human Resources']],
  ['Performance Management', ['Performance reviews', 'Performance appraisal'], ['Human Resources']],
  ['Compensation and Benefits', ['Compensation & benefits', 'Benefits administration'], ['Human Resources']],
  ['Talent Management', ['Succession planning', 'Talent development'], ['Human Resources']],
  [
    'Learning and Development',
    ['Training and development', 'Corporate training', 'Training delivery', 'L&D'],
    ['Instructional Design'],
  ],
  ['Diversity and Inclusion', ['Diversity & inclusion', 'Equity and inclusion', 'DEI'], ['Human Resources']],
  ['Employment Law', ['Labor law', 'Labour law'], ['Human Resources']],
  ['HRIS', ['Workday', 'SAP SuccessFactors', 'BambooHR'], ['Human Resources']],
  ['Applicant Tracking Systems', ['Greenhouse ATS'], ['Recruiting']],
];
