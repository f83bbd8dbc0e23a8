/** Words that only, or nearly only, a job's title has, in English, German, French, Spanish and Ukrainian; `*` stands for any ending. */
const titleWords = `
  engineer developer programmer coder manager director analyst scientist designer nurse consultant architect administrator admin assistant
  intern internship trainee apprentice specialist coordinator ordinator lead head officer technician teacher tutor lecturer instructor
  professor researcher accountant auditor bookkeeper representative associate executive supervisor foreman writer copywriter editor
  journalist reporter marketer recruiter chef cook baker barista bartender waiter waitress server host hostess driver courier operator
  mechanic electrician plumber carpenter welder machinist fitter roofer painter mason physician doctor surgeon dentist pharmacist therapist
  physiotherapist psychologist counselor counsellor midwife paramedic caregiver carer optician veterinarian lawyer attorney solicitor
  barrister paralegal judge notary clerk cashier teller secretary receptionist owner founder president vp cto ceo cfo coo cio
  partner tester master advisor adviser agent broker buyer planner scheduler dispatcher strategist producer photographer videographer
  animator illustrator artist musician translator interpreter librarian archivist freelancer contractor student worker labourer laborer operative
  handyman cleaner housekeeper janitor gardener guard soldier sergeant captain pilot salesperson salesman saleswoman merchandiser stylist
  hairdresser beautician coach trainer educator principal dean fellow postdoc economist statistician actuary mathematician physicist
  chemist biologist geologist surveyor inspector estimator underwriter controller comptroller treasurer banker trader volunteer
  sre devops chief steward attendant concierge picker packer warehouseman stocker leader evangelist ambassador practitioner aide
  entwickler* softwareentwickler* ingenieur ingenieurin *ingenieur *ingenieurin leiter leiterin *leiter *leiterin *berater *beraterin berater* werkstudent*
  praktikant* praktikum auszubildende* azubi geschäftsführer* sachbearbeiter* *sachbearbeiter kaufmann kauffrau *kaufmann *kauffrau
  krankenschwester krankenpfleger* pflegefachkraft pflegefachfrau pflegefachmann pfleger* *pfleger *pflegerin lehrer* *lehrer *lehrerin
  erzieher* verkäufer* *verkäufer *verkäuferin mitarbeiter* *mitarbeiter *mitarbeiterin assistent* *assistent *assistentin buchhalter*
  *buchhalter *buchhalterin elektriker elektrikerin elektroniker* mechaniker mechanikerin mechatroniker* *mechaniker tischler* schreiner* koch köchin kellner* arzt
  ärztin *arzt *ärztin anwalt rechtsanwalt anwältin rechtsanwältin übersetzer* gestalter* *gestalter referent* *referent
  *referentin fachkraft fachinformatiker* informatiker* *informatiker lagerist* fahrer fahrerin *fahrer *fahrerin architekt architektin *architekt *architektin redakteur*
  dozent* wissenschaftler* monteur* meister meisterin *meister *meisterin schichtleiter* hilfskraft aushilfe projektleitung teamleitung controller*
  développeu* ingénieur* stagiaire alternan* apprenti* responsable chargé chargée infirmier* directeur directrice chefe cheffe gérant*
  consultant* analyste concepteu* technicien* comptable enseignant* professeur* assistante vendeu* conseiller* cuisinier* serveu*
  chauffeur* secrétaire avocat* juriste architecte traducteu* traductrice rédacteu* rédactrice journaliste graphiste éducateu* éducatrice
  soignant* formateu* formatrice électricien* mécanicien* médecin chercheu* adjoint* gestionnaire coordinateu* coordinatrice pharmacien*
  ingeniero ingeniera desarrollador* programador* analista diseñador* enfermer* gerente director directora jefe jefa consultor consultora técnico técnica administrativo administrativa
  contable profesor profesora maestro maestra docente vendedor* dependient* cociner* camarer* conductor* secretario secretaria abogad* arquitect* traductor*
  redactor* periodista asistente auxiliar becari* practicante coordinador* encargad* electricista mecánico mecánica médico médica investigador* gestor gestora
  farmacéutico farmacéutica ayudante operario operaria recepcionista psicólog* educador* científico científica asesor asesora supervisora administrador*
  інженер* *розробник розробни* програміст* аналітик* дизайнер* менеджер* вчител* учител* викладач* лікар лікарка медсестра медбрат медична керівни*
  директор* начальни* бухгалтер* економіст* юрист* адвокат* адміністратор* асистент* помічни* спеціаліст* фахівець консультант* продавець
  продавчиня кухар* водій електрик* механік* стажер* стажист* перекладач* журналіст* редактор* тестувальни* архітектор* координатор*
  маркетолог* рекрутер* касир* офіціант* психолог* фармацевт* науков* секретар* оператор* технік* провізор* бариста логіст
`
  .trim()
  .split(/\s+/);

const exact = new Set(titleWords.filter((word) => !word.includes('*')));
const beginnings = new Set(titleWords.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1)));
const endings = new Set(titleWords.filter((word) => word.startsWith('*')).map((word) => word.slice(1)));
const shortestPart = 3;

// By look-up, not by one great pattern: that would take a tenth of a second to compile.
function isTitleWord(word: string): boolean {
  if (exact.has(word)) return true;
  for (let length = shortestPart; length <= word.length; length++) {
    if (beginnings.has(word.slice(0, length)) || endings.has(word.slice(-length))) return true;
  }
  return false;
}

/** Whether a text, a job's line or a part of it, has a word of a job's title. */
export const hasTitle = (text: string): boolean => (text.toLowerCase().match(/[\p{L}\p{M}]{2,40}/gu) ?? []).some(isTitleWord);

const internship =
  /(?<![\p{L}-])(?:interns?|internships?|work placement|placement student|working student|student (?:worker|assistant)|werkstudent\p{L}*|praktikant\p{L}*|praktikum|pflichtpraktikum|studentische hilfskraft|stagiaire|stage|alternance|becari[oa]|practicante|prácticas|стажер\p{L}*|стажування)(?!\p{L})/u;

/** Whether a title is that of an internship, a work placement or a student's job. */
export const isInternshipTitle = (title: string): boolean => internship.test(title.toLowerCase());
