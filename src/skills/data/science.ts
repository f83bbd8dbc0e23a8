import type { SkillEntry } from '../types.js';

export const science: readonly SkillEntry[] = [
  ['Laboratory Techniques', ['Lab techniques', 'Laboratory skills', 'Wet lab'], ['PCR']],
  ['PCR', ['qPCR', 'RT-PCR'], ['Molecular Biology']],
  ['Molecular Biology', ['Genetics', 'Gene editing', 'CRISPR'], ['PCR']],
  ['Cell Culture', ['Tissue culture'], ['Molecular Biology']],
  ['Flow Cytometry', [], ['Molecular Biology']],
  ['Chromatography', ['HPLC', 'Gas chromatography', 'Mass spectrometry'], ['Analytical Chemistry']],
  ['Analytical Chemistry', ['Organic chemistry', 'Spectroscopy'], ['Chromatography']],
  ['Microbiology', ['Bacteriology', 'Virology'], ['Laboratory Techniques']],
  ['Good Manufacturing Practice', ['GMP', 'cGMP'], ['Quality Control']],
  ['Research', ['Academic research', 'Scientific research', 'Literature review'], ['Data Analysis']],
  ['Scientific Writing', ['Academic writing', 'Peer-reviewed publications'], ['Research']],
];
