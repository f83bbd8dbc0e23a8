import { businessOperations } from './data/business-operations.js';
import { cloudAndInfrastructure } from './data/cloud-and-infrastructure.js';
import { dataAndMachineLearning } from './data/data-and-machine-learning.js';
import { databases } from './data/databases.js';
import { design } from './data/design.js';
import { education } from './data/education.js';
import { engineering } from './data/engineering.js';
import { finance } from './data/finance.js';
import { healthcare } from './data/healthcare.js';
import { hospitality } from './data/hospitality.js';
import { humanResources } from './data/human-resources.js';
import { interpersonalSkills } from './data/interpersonal-skills.js';
import { law } from './data/law.js';
import { logistics } from './data/logistics.js';
import { marketing } from './data/marketing.js';
import { mobileDevelopment } from './data/mobile-development.js';
import { networksAndSupport } from './data/networks-and-support.js';
import { productAndProjects } from './data/product-and-projects.js';
import { programmingLanguages } from './data/programming-languages.js';
import { salesAndService } from './data/sales-and-service.js';
import { science } from './data/science.js';
import { security } from './data/security.js';
import { softwareDevelopment } from './data/software-development.js';
import { spokenLanguages } from './data/spoken-languages.js';
import { testing } from './data/testing.js';
import { trades } from './data/trades.js';
import type { SkillDefinition, SkillEntry } from './types.js';

const categories: readonly (readonly [category: string, entries: readonly SkillEntry[]])[] = [
  ['Programming languages', programmingLanguages],
  ['Software development', softwareDevelopment],
  ['Mobile development', mobileDevelopment],
  ['Data and machine learning', dataAndMachineLearning],
  ['Cloud and infrastructure', cloudAndInfrastructure],
  ['Databases and messaging', databases],
  ['Networks and IT support', networksAndSupport],
  ['Security', security],
  ['Testing', testing],
  ['Design', design],
  ['Product and project management', productAndProjects],
  ['Marketing and media', marketing],
  ['Sales and customer service', salesAndService],
  ['Finance', finance],
  ['Human resources', humanResources],
  ['Business and operations', businessOperations],
  ['Law', law],
  ['Healthcare', healthcare],
  ['Education and care', education],
  ['Science', science],
  ['Engineering', engineering],
  ['Trades and construction', trades],
  ['Logistics and transport', logistics],
  ['Hospitality and tourism', hospitality],
  ['Interpersonal skills', interpersonalSkills],
  ['Spoken languages', spokenLanguages],
];

/** A skill's identity for links and code: C++ is `c-plus-plus`, C# `c-sharp`, .NET `dot-net`. */
export function skillSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/\+/g, '-plus')
    .replace(/#/g, '-sharp')
    .replace(/^\./, 'dot-')
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The skills that every installation begins with. */
export const taxonomy: readonly SkillDefinition[] = categories.flatMap(([category, entries]) =>
  entries.map(([name, aliases, related]) => ({ name, slug: skillSlug(name), category, aliases, related })),
);
