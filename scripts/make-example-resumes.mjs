// Makes examples/resumes: invented people, in the layouts that resumes come in. The output is the same in every run.
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import PDFDocument from 'pdfkit';

const folder = fileURLToPath(new URL('../examples/resumes/', import.meta.url));
const made = new Date('2026-01-05T09:00:00Z');

const backendEngineer = {
  name: 'Amara Okonkwo',
  headline: 'Senior Backend Engineer',
  contact: 'amara.okonkwo@example.com | +44 20 7946 0958 | github.com/amara-okonkwo-example | Leeds, United Kingdom',
  summary:
    'Backend engineer with eight years of experience building payment and logistics services in TypeScript, Go and Python. ' +
    'Enjoys making slow systems fast, and writing the tests that keep them so.',
  jobs: [
    {
      title: 'Senior Backend Engineer',
      employer: 'Parcelwise Ltd, Leeds',
      dates: 'March 2021 – Present',
      lines: [
        'Lead four engineers who run the tracking platform: Node.js and TypeScript services on Kubernetes in AWS.',
        'Moved the event pipeline to Apache Kafka and PostgreSQL; delays fell from 40 minutes to 20 seconds.',
        'Introduced Terraform, GitHub Actions and Prometheus alerts for all twelve services.',
      ],
    },
    {
      title: 'Backend Developer',
      employer: 'Copperbank, Manchester',
      dates: 'June 2018 – February 2021',
      lines: [
        'Wrote card payment services in Go with gRPC and Redis, handling 900 requests a second.',
        'Replaced nightly reports by streaming jobs in Python, saving six hours a day.',
        'Mentored two juniors and ran the team’s code reviews.',
      ],
    },
    {
      title: 'Junior Software Developer',
      employer: 'Hillside Software, York',
      dates: 'September 2017 – May 2018',
      lines: ['Maintained a Django web shop with MySQL and Docker.', 'Wrote integration tests with pytest and Selenium.'],
    },
  ],
  education: ['BSc Computer Science, University of Sheffield', '2014 – 2017'],
  skills: [
    'Languages: TypeScript, JavaScript, Go, Python, SQL, Bash',
    'Backend: Node.js, Fastify, Django, gRPC, REST APIs, GraphQL',
    'Data: PostgreSQL, MySQL, Redis, Apache Kafka',
    'Infrastructure: AWS, Kubernetes, Docker, Terraform, Prometheus, Grafana, CI/CD',
  ],
};

const dataScientist = {
  name: 'Tomás Ferreira',
  headline: 'Data Scientist',
  sidebar: [
    ['CONTACT', ['tomas.ferreira@example.org', '+351 21 000 0000', 'linkedin.com/in/tomas-example', 'Lisbon, Portugal']],
    [
      'SKILLS',
      ['Python', 'R', 'SQL', 'pandas', 'scikit-learn', 'PyTorch', 'Apache Spark', 'Tableau', 'A/B Testing', 'Statistics'],
    ],
    ['LANGUAGES', ['Portuguese (native)', 'English (fluent)', 'Spanish (good)']],
    ['CERTIFICATIONS', ['AWS Certified Machine', 'Learning Specialty, 2023']],
  ],
  main: [
    [
      'S U M M A R Y',
      [
        'Data scientist with six years in retail and energy. Turns messy',
        'data into forecasts that people use, and explains them without',
        'jargon.',
      ],
    ],
    [
      'EXPERIENCE',
      [
        '*Senior Data Scientist, Voltaria Energia',
        '04/2022 - Present',
        '• Built demand forecasts with PyTorch and Apache Airflow that cut',
        '  balancing costs by 11 percent.',
        '• Runs the experiment platform: A/B testing design, SQL metrics and',
        '  Tableau dashboards for nine product teams.',
        '*Data Scientist, Mercado Novo',
        '09/2019 - 03/2022',
        '• Built a recommender in Python and scikit-learn for two million',
        '  customers, served from BigQuery.',
        '• Cleaned sales data of 140 shops with pandas and Apache Spark.',
        '*Data Analyst Intern, Câmara de Lisboa',
        '02/2019 - 08/2019',
        '• Mapped bus delays in R and Excel for the transport office.',
      ],
    ],
    [
      'EDUCATION',
      ['*MSc Statistics, Universidade de Lisboa', '2017 - 2019', '*BSc Mathematics, Universidade do Porto', '2014 - 2017'],
    ],
  ],
};

const nurse = {
  header: 'Maren Lindqvist, RN · maren.lindqvist@example.net · +46 8 555 010 20',
  skills: [
    ['Clinical', 'Patient Care, Triage, Wound Care, IV Therapy, Medication Administration'],
    ['Certificates', 'Advanced Cardiac Life Support, Basic Life Support'],
    ['Systems', 'Electronic Health Records, Epic, Microsoft Excel'],
    ['Languages', 'Swedish, English, German'],
  ],
  jobs: [
    {
      head: ['Charge Nurse, Emergency Department', 'August 2020 – Present'],
      employer: 'Norrvik University Hospital, Stockholm',
      lines: [
        'Coordinates a shift of 14 nurses; responsible for triage and bed flow.',
        'Introduced a handover checklist that halved medication errors.',
      ],
    },
    {
      head: ['Registered Nurse, Intensive Care', 'January 2016 – July 2020'],
      employer: 'Sankt Olof Hospital, Uppsala',
      lines: [
        'Cared for ventilated patients; IV therapy, wound care and family communication.',
        'Trained 20 new colleagues in electronic health records.',
      ],
    },
  ],
};

const productDesigner = `Yuki Tanabe
Product Designer
yuki.tanabe@example.com | https://yuki-tanabe.example.com | +49 30 000000

Profile
Product designer who turns research into interfaces that people understand at first sight.

Experience

Lead Product Designer at Blaupause GmbH
Oct 2022 - Present
- Owns the design system (Figma, Storybook) used by five product teams
- Runs usability testing every two weeks and shares what was learned
- Works with engineers on accessibility (WCAG) and prototypes in HTML and CSS

UX Designer at Fernweh Reisen
Mar 2018 - Sep 2022
- Designed the booking flow: user research, wireframing, prototyping
- Raised completed bookings by 17 percent over three A/B tests

Education
BA Interaction Design, Hochschule Beispielstadt, 2017

Skills
Figma, Sketch, Adobe Illustrator, User Research, Usability Testing, Wireframing, Prototyping,
Design Systems, Information Architecture, Accessibility, HTML, CSS, Storytelling

Languages
Japanese (native), German (fluent), English (fluent)
`;

async function writePdf(file, title, author, draw) {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 54,
    info: { Title: title, Author: author, CreationDate: made, ModDate: made },
  });
  const written = pipeline(pdf, createWriteStream(path.join(folder, file)));
  draw(pdf);
  pdf.end();
  await written;
}

function heading(pdf, text) {
  pdf.moveDown(0.8).font('Helvetica-Bold').fontSize(12).fillColor('#1f3a5f').text(text);
  pdf.moveTo(54, pdf.y).lineTo(541, pdf.y).strokeColor('#9fb3c8').stroke();
  pdf.moveDown(0.4).font('Helvetica').fontSize(10).fillColor('black');
}

function drawBackendEngineer(pdf) {
  const { name, headline, contact, summary, jobs, education, skills } = backendEngineer;
  pdf.font('Helvetica-Bold').fontSize(22).text(name);
  pdf.font('Helvetica').fontSize(13).text(headline);
  pdf.fontSize(9).text(contact);
  heading(pdf, 'Summary');
  pdf.text(summary);
  heading(pdf, 'Work Experience');
  for (const { title, employer, dates, lines } of jobs) {
    const { y } = pdf;
    pdf.font('Helvetica-Bold').text(title, 54, y);
    pdf.font('Helvetica').text(dates, 54, y, { width: 487, align: 'right' });
    pdf.font('Helvetica-Oblique').text(employer, 54);
    pdf.font('Helvetica').list(lines, { bulletRadius: 1.5, textIndent: 10 });
    pdf.moveDown(0.6);
  }
  heading(pdf, 'Education');
  pdf.text(education.join(', '));
  heading(pdf, 'Skills');
  for (const line of skills) pdf.text(line);
}

function drawDataScientist(pdf) {
  const { name, headline, sidebar, main } = dataScientist;
  pdf.font('Helvetica-Bold').fontSize(24).text(name, 54, 50);
  pdf.font('Helvetica').fontSize(12).text(headline, 54, 80);
  let y = 116;
  for (const [title, lines] of sidebar) {
    pdf.font('Helvetica-Bold').fontSize(10).text(title, 54, y);
    y += 16;
    pdf.font('Helvetica').fontSize(9);
    for (const line of lines) {
      pdf.text(line, 54, y, { lineBreak: false });
      y += 13;
    }
    y += 14;
  }
  y = 116;
  for (const [title, lines] of main) {
    pdf.font('Helvetica-Bold').fontSize(11).text(title, 220, y);
    y += 18;
    for (const line of lines) {
      const bold = line.startsWith('*');
      pdf.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(10);
      pdf.text(bold ? line.slice(1) : line, 220, y, { lineBreak: false });
      y += 14.5;
    }
    y += 14;
  }
}

const escapeXml = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const run = (text, bold = false) =>
  `<w:r>${bold ? '<w:rPr><w:b/></w:rPr>' : ''}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
const paragraph = (...runs) => `<w:p>${runs.join('')}</w:p>`;
const bullet = (text) => `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>${run(text)}</w:p>`;
const cell = (text, bold) => `<w:tc><w:tcPr><w:tcW w:w="4500" w:type="dxa"/></w:tcPr>${paragraph(run(text, bold))}</w:tc>`;
const table = (rows) =>
  `<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="4500"/><w:gridCol w:w="4500"/></w:tblGrid>${rows
    .map(([left, right]) => `<w:tr>${cell(left, true)}${cell(right)}</w:tr>`)
    .join('')}</w:tbl>`;

function nurseDocx() {
  const ns =
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
  const xml = (content) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`);
  const relationship = (id, type, target) =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
  const relationships = (...all) =>
    xml(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`);
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  const body = [
    paragraph(run('Professional Summary', true)),
    paragraph(
      run('Registered nurse with ten years in emergency and intensive care, calm under pressure and patient as a teacher.'),
    ),
    paragraph(run('Professional Experience', true)),
    ...nurse.jobs.flatMap(({ head, employer, lines }) => [
      paragraph(run(head[0], true), '<w:r><w:tab/></w:r>', run(head[1])),
      paragraph(run(employer)),
      ...lines.map(bullet),
    ]),
    paragraph(run('Education', true)),
    paragraph(run('Bachelor of Science in Nursing, Karolinska-Beispiel Institute, 2015')),
    paragraph(run('Skills', true)),
    table(nurse.skills),
    '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>',
  ];
  const files = {
    '[Content_Types].xml': xml(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/word/document.xml" ContentType="${word}.document.main+xml"/><Override PartName="/word/header1.xml" ContentType="${word}.header+xml"/><Override PartName="/word/numbering.xml" ContentType="${word}.numbering+xml"/></Types>`,
    ),
    '_rels/.rels': relationships(relationship('rId1', 'officeDocument', 'word/document.xml')),
    'word/_rels/document.xml.rels': relationships(
      relationship('rId1', 'header', 'header1.xml'),
      relationship('rId2', 'numbering', 'numbering.xml'),
    ),
    'word/document.xml': xml(`<w:document ${ns}><w:body>${body.join('')}</w:body></w:document>`),
    'word/header1.xml': xml(`<w:hdr ${ns}>${paragraph(run(nurse.header, true))}</w:hdr>`),
    'word/numbering.xml': xml(
      `<w:numbering ${ns}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
    ),
  };
  return zipSync(files, { mtime: made });
}

await mkdir(folder, { recursive: true });
await writePdf('backend-engineer.pdf', 'Resume of Amara Okonkwo', 'Amara Okonkwo', drawBackendEngineer);
await writePdf('data-scientist-two-columns.pdf', 'Resume of Tomás Ferreira', 'Tomás Ferreira', drawDataScientist);
await writeFile(path.join(folder, 'nurse.docx'), nurseDocx());
await writeFile(path.join(folder, 'product-designer.txt'), productDesigner);
