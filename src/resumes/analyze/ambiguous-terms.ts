/**
 * How terms that are also common words, names or single letters are told from the skill.
 *
 * exact   counts only as the taxonomy writes it: REST, not "the rest"
 * judged  a trained classifier decides by the words around it: Go, Spring, Excel, Phoenix
 * listed  counts only in a list of skills, because everybody's prose has the word: organization, research
 * titled  as listed, and in a job's title or the headline, with a capital: Teacher, not "the teacher told"
 * spoken  counts in a list of skills or languages, or where the line speaks of speaking it: not "the German market"
 */
export type AmbiguityRule = 'exact' | 'judged' | 'listed' | 'titled' | 'spoken';

const terms: Readonly<Record<Exclude<AmbiguityRule, 'spoken'>, string>> = {
  exact:
    'REST, SOAP, RAG, SAS, SAFe, AI, ML, BI, HR, QA, IAM, SRE, GIS, CSM, CRO, AML, ESG, DSP, GED, ASL, BSL, PMP, ROS, PCR, ' +
    'CPA, CFA, SAP, CAM, SPI, RPG, PALS, SOX, MES, VAT, LEED, BERT, CNN, NER, ASR, ASO, EDR, DLP, CEH, SSR, PWA, LIMS, ' +
    'GLP, AED, EMT, AVR, CMM, TPM, MRP, BMS, IEP, ADLs, PMO, TLS, CDL, DAX, EDA, ELT, CDN',
  judged:
    'C, R, Go, D3, Swift, Rust, Ruby, Java, Python, Scala, Dart, Julia, Perl, Lua, Groovy, Elixir, Apex, Elm, Crystal, ' +
    'Pascal, Delphi, Ada, BASIC, Processing, Scheme, Nim, Hack, Scratch, Mojo, Vala, Racket, Pharo, Zig, Assembly, Shell, ' +
    'Bash, Node, React, Angular, Vue, Ember, Remix, Astro, Express, Spring, Flask, Rails, Phoenix, Bootstrap, Electron, ' +
    'Ionic, Flutter, Apollo, Celery, Gin, Echo, Fiber, Lombok, Dapper, Sinatra, Composer, Boost, Bun, Ant, Make, Expo, ' +
    'Combine, Prisma, Poetry, Pyramid, Tornado, Koa, Hapi, Chef, Puppet, Helm, Salt, Vault, Consul, Nomad, Packer, ' +
    'Rancher, Splunk, Sentry, Oracle, Fedora, Spark, Hive, Kafka, Snowflake, Looker, Shiny, Tableau, Transformers, Ray, ' +
    'Prefect, Luigi, Superset, Excel, Access, Word, Outlook, Teams, Slack, Zoom, Notion, Obsidian, Sketch, Miro, Blender, ' +
    'Maya, Unity, Unreal, Framer, Procreate, Lean, Waterfall, Cypress, Jest, Mocha, Chai, Jasmine, Cucumber, Gatling, ' +
    'Postman, Playwright, Epic, Cisco, Salesforce, Workday, Intercom, Spinnaker, Less, Lit, Prettier, Gatsby, Babel, Yarn, ' +
    'Flax, Chromatic, Mongoose, Juniper, Vite, Gherkin, Lisp, Hyperion, Smalltalk, Alembic, Puppeteer, Tailwind, Airflow, ' +
    'Hibernate, Confluence, Prometheus, Cassandra, Swagger',
  listed:
    'organization, flexibility, teamwork, typing, presentations, presenting, workshops, selling, retail, research, ' +
    'creativity, collaboration, surveys, trading, surgery, communication, leadership, teaching, editing, translation, ' +
    'negotiating, containers, alerting, encryption, patents, animation, empathy, compliance, manufacturing, taxation, ' +
    'reporting and editing, photography, journalism, construction, drama, acting, singing, piano, innovation, persuasion, ' +
    'coaching, delegation, transcription, reception, derivatives, acoustics, optics, ecology, geology, forestry, ' +
    'tailoring, newsletters, prosecution, dependability, diagnostics, controlling, interpreting, piloting, compounding, ' +
    'demolition, switchboard',
  titled:
    'teacher, accountant, foreman, waiter, waitress, receptionist, cashier, nanny, plumber, paramedic, electrician, ' +
    'roofer, paralegal, bartender, barista, concierge, sales',
};

const ruleByTerm = new Map<string, AmbiguityRule>(
  Object.entries(terms).flatMap(([rule, list]) =>
    list.split(', ').map((term) => [term.toLowerCase(), rule as AmbiguityRule] as const),
  ),
);

/** The rule for a term, whatever its case, of a skill of this category; undefined for a term that means one thing. */
export const ambiguityOf = (term: string, category: string): AmbiguityRule | undefined =>
  category === 'Spoken languages' ? 'spoken' : ruleByTerm.get(term.toLowerCase());
