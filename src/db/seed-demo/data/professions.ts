import type { Level } from '../../schema/columns.js';

/** What people of one kind do, know and are paid. Skills are named as the taxonomy names them. */
export interface Profession {
  readonly title: string;
  readonly work: string;
  /** What nearly everybody of the profession knows, and what its jobs require. */
  readonly core: readonly string[];
  /** What some know, and what its jobs like to see. */
  readonly extra: readonly string[];
  /** A year's pay at mid level, in US dollars. */
  readonly pay: number;
}

export const professions: readonly Profession[] = [
  {
    title: 'Backend Engineer',
    work: 'builds the services and data stores behind our products',
    core: ['Python', 'PostgreSQL', 'Docker', 'Git', 'SQL'],
    extra: ['Django', 'Redis', 'Kubernetes', 'AWS', 'FastAPI', 'Go', 'RabbitMQ', 'Linux', 'GraphQL'],
    pay: 125_000,
  },
  {
    title: 'Frontend Engineer',
    work: 'turns designs into fast and accessible web pages',
    core: ['JavaScript', 'TypeScript', 'React', 'HTML', 'CSS'],
    extra: ['Next.js', 'Vue.js', 'Git', 'Figma', 'Webpack', 'GraphQL', 'Cypress', 'Tailwind CSS', 'Node.js'],
    pay: 118_000,
  },
  {
    title: 'Data Scientist',
    work: 'finds what our data can tell and builds models that decide',
    core: ['Python', 'Machine Learning', 'SQL', 'Statistics', 'pandas'],
    extra: ['PyTorch', 'TensorFlow', 'scikit-learn', 'NumPy', 'Deep Learning', 'R', 'Apache Spark', 'Tableau'],
    pay: 130_000,
  },
  {
    title: 'Data Analyst',
    work: 'answers the questions of every team with figures they can trust',
    core: ['SQL', 'Microsoft Excel', 'Data Visualization', 'Tableau'],
    extra: ['Power BI', 'Python', 'Statistics', 'pandas', 'R', 'Communication', 'Looker'],
    pay: 82_000,
  },
  {
    title: 'DevOps Engineer',
    work: 'keeps our platform running and its releases dull',
    core: ['Linux', 'Docker', 'Kubernetes', 'Terraform', 'AWS'],
    extra: ['Ansible', 'Prometheus', 'Grafana', 'Python', 'Bash', 'Jenkins', 'Git', 'Azure', 'PostgreSQL'],
    pay: 128_000,
  },
  {
    title: 'Mobile Developer',
    work: 'writes the apps that our customers carry around',
    core: ['Kotlin', 'Swift', 'Android Development', 'iOS Development', 'Git'],
    extra: ['Flutter', 'React Native', 'Java', 'Firebase', 'SwiftUI', 'Figma'],
    pay: 115_000,
  },
  {
    title: 'QA Engineer',
    work: 'makes sure that what we promise is what we ship',
    core: ['Test Automation', 'Selenium', 'SQL', 'Git'],
    extra: ['Cypress', 'Playwright', 'Python', 'Java', 'Jira', 'JavaScript', 'Postman'],
    pay: 90_000,
  },
  {
    title: 'Security Engineer',
    work: 'finds the holes before others do, and closes them',
    core: ['Network Security', 'Penetration Testing', 'Linux', 'Python'],
    extra: ['Cryptography', 'AWS', 'Incident Management', 'Docker', 'Application Security', 'Bash'],
    pay: 135_000,
  },
  {
    title: 'Product Manager',
    work: 'decides with the teams what to build next, and what not to',
    core: ['Product Management', 'Agile', 'Communication', 'Stakeholder Management'],
    extra: ['Scrum', 'Jira', 'SQL', 'User Research', 'A/B Testing', 'Leadership', 'Figma'],
    pay: 122_000,
  },
  {
    title: 'UX Designer',
    work: 'shapes how people meet our products',
    core: ['Figma', 'User Research', 'Wireframing', 'Prototyping'],
    extra: ['Design Systems', 'Usability Testing', 'Accessibility', 'Adobe Photoshop', 'HTML', 'CSS', 'Adobe Illustrator'],
    pay: 98_000,
  },
  {
    title: 'Marketing Manager',
    work: 'tells the right people about what we make',
    core: ['SEO', 'Content Marketing', 'Google Analytics', 'Copywriting'],
    extra: ['Email Marketing', 'Social Media Marketing', 'Google Ads', 'A/B Testing', 'HubSpot', 'Communication'],
    pay: 85_000,
  },
  {
    title: 'Account Executive',
    work: 'helps customers to find out whether we can help them',
    core: ['Negotiation', 'Salesforce', 'Communication', 'Account Management'],
    extra: ['Lead Generation', 'Presentation Skills', 'HubSpot', 'Microsoft Excel', 'CRM'],
    pay: 92_000,
  },
  {
    title: 'Financial Analyst',
    work: 'plans and explains where our money goes',
    core: ['Financial Modeling', 'Microsoft Excel', 'Accounting', 'Budgeting'],
    extra: ['SQL', 'Power BI', 'Forecasting', 'Financial Reporting', 'Risk Management', 'Communication'],
    pay: 88_000,
  },
  {
    title: 'Human Resources Specialist',
    work: 'brings good people in and looks after them',
    core: ['Recruiting', 'Employee Relations', 'Communication', 'Onboarding'],
    extra: ['Conflict Resolution', 'Payroll', 'Microsoft Excel', 'Presentation Skills', 'Leadership', 'Negotiation'],
    pay: 72_000,
  },
  {
    title: 'Registered Nurse',
    work: 'cares for patients and speaks for them',
    core: ['Patient Care', 'Nursing', 'Communication', 'Medication Administration'],
    extra: ['Triage', 'Electronic Health Records', 'Critical Care', 'Teamwork', 'Basic Life Support'],
    pay: 80_000,
  },
  {
    title: 'Mechanical Engineer',
    work: 'designs the parts that have to last',
    core: ['AutoCAD', 'SolidWorks', 'Mechanical Engineering', 'MATLAB'],
    extra: ['Finite Element Analysis', 'Project Management', 'Manufacturing', 'Python', 'Six Sigma'],
    pay: 95_000,
  },
];

const levelPrefix = { entry: 'Trainee', junior: 'Junior', mid: '', senior: 'Senior', lead: 'Lead' } as const satisfies Record<
  Level,
  string
>;

/** Such as 'Senior Backend Engineer'. */
export const titleAt = ({ title }: Profession, level: Level): string => `${levelPrefix[level]} ${title}`.trim();
