/**
 * How terms that are also common words, or single letters, are told from the skill.
 *
 * exact    counts only as the taxonomy writes it: REST, not "the rest"
 * context  exact, and beside another skill in the line, or in a list of skills: Spring, Excel, Epic
 * isolated as context, and standing by itself as in "Go, Python" or "written in C": not "Go to market", "Vitamin C"
 * listed   counts only in a list of skills, because everybody's prose has the word: organization, research
 */
export type AmbiguityRule = 'exact' | 'context' | 'isolated' | 'listed';

const terms: Readonly<Record<AmbiguityRule, string>> = {
  exact:
    'REST, SOAP, RAG, SAS, SAFe, AI, ML, BI, HR, QA, IAM, SRE, GIS, CSM, CRO, AML, ESG, CAN bus, DSP, GED, ASL, BSL, PMP, Polish',
  context:
    'Node, React, Redux, Angular, Express, Spring, Flask, Rails, Bootstrap, Electron, Phoenix, Ionic, Flutter, Apollo, Swift, Rust, Ruby, ' +
    'Dart, Julia, Lua, Perl, Groovy, Apex, Scala, Elixir, Chef, Puppet, Helm, Spark, Hive, Flink, Beam, Snowflake, Looker, Shiny, Plotly, ' +
    'Excel, Sketch, Notion, Miro, Lean, Waterfall, Cypress, Jest, Postman, Epic, Unity, Unreal, Blender, Canva, Maya, Sentry, Trino, ' +
    'Celery, Stata, Azure, Oracle, Cisco, Heroku, Vercel, Salesforce, Workday, Intercom, Bloomberg Terminal, ROS, PCR, CPA, CFA, SAP, ' +
    'Thai, Greek, Danish, Hindi, Assembly language, Solaris, Fargate, Lucene, Sass, Zig, Rails, Vue, Nuxt, Svelte, Deno, Blazor, Qt',
  isolated: 'C, R, Go, D3',
  listed:
    'organization, flexibility, teamwork, typing, presentations, presenting, workshops, sales, selling, retail, research, creativity, collaboration, ' +
    'surveys, trading, surgery, communication, leadership, teaching, editing, translation, negotiating, containers, alerting, encryption, ' +
    'patents, animation, empathy, compliance, manufacturing, taxation, reporting and editing, teacher, accountant, photography, journalism',
};

const ruleByTerm = new Map<string, AmbiguityRule>(
  Object.entries(terms).flatMap(([rule, list]) =>
    list.split(', ').map((term) => [term.toLowerCase(), rule as AmbiguityRule] as const),
  ),
);

/** The rule for a term, whatever its case; undefined for a term that means one thing. */
export const ambiguityOf = (term: string): AmbiguityRule | undefined => ruleByTerm.get(term.toLowerCase());
