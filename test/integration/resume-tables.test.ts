import PDFDocument from 'pdfkit';
import { expect, it } from 'vitest';
import { extractPdf } from '#src/resumes/extract/pdf.js';

const jobs = [
  ['Dates', 'Title and employer', 'What I did'],
  [
    'Mar 2018 – Dec 2020',
    'Backend Developer, Bolt Logistics GmbH',
    'Wrote services in Java with Spring Boot for the routing of parcels',
  ],
  [
    'Jun 2016 – Feb 2018',
    'Junior Developer, Crown Insurance Group',
    'Maintained the web site and moved it to Python step by step',
  ],
  [
    'Jul 2014 – May 2016',
    'Software Tester, Delta Software House',
    'Tested mobile apps with Selenium and wrote the plans of releases',
  ],
  ['Jan 2012 – Jun 2014', 'Support Engineer, Echo Networks Limited', 'Answered the questions of customers about their routers'],
];

it('a PDF’s work history in a table is read job by job', async () => {
  const columns = [
    { x: 72, width: 60 },
    { x: 150, width: 130 },
    { x: 310, width: 220 },
  ];
  const document = new PDFDocument({ size: 'A4' }).fontSize(10);
  let top = 100;
  for (const cells of jobs) {
    columns.forEach(({ x, width }, index) => {
      document.text(cells[index] ?? '', x, top, { width });
    });
    top += 10 + Math.max(...columns.map(({ width }, index) => document.heightOfString(cells[index] ?? '', { width })));
  }
  document.end();
  const { text } = await extractPdf(Buffer.concat(await document.toArray()));
  expect(text.replace(/\s+/g, ' ')).toBe(jobs.flat().join(' '));
});
