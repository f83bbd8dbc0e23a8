import { describe, expect, it } from 'vitest';
import { blankContacts, findContact } from '#src/resumes/analyze/contact.js';

const contactIn = (text: string) => findContact(text, text.split('\n'));

describe('the name', () => {
  it.each([
    ['Jo Doe\nData Engineer', 'Jo Doe'],
    ['JANE MARIA O’NEIL\nNurse', 'Jane Maria O’Neil'],
    ['Curriculum Vitae\n\nJean-Luc de la Tour', 'Jean-Luc de la Tour'],
    ['Lebenslauf von Jürgen Groß', 'Jürgen Groß'],
    ['Resume – Ana María López García', 'Ana María López García'],
    ['Dr. med. Petra van der Berg', 'Petra van der Berg'],
    ['Grace Okafor, RN, BSN', 'Grace Okafor'],
    ['Sam Lee | Full-Stack Developer | Berlin', 'Sam Lee'],
    ['Priya Nair\t+91 98765 43210', 'Priya Nair'],
    ['Name: Li Wei', 'Li Wei'],
    ['Олена Ковальчук\nДизайнерка', 'Олена Ковальчук'],
    ['Łukasz Żółć', 'Łukasz Żółć'],
    ['Ayşe Yılmaz', 'Ayşe Yılmaz'],
    ['דנה כהן\nמהנדסת תוכנה', 'דנה כהן'],
    ['J. R. Smith', 'J. R. Smith'],
  ])('is read from %j', (text, name) => {
    expect(contactIn(text).name).toBe(name);
  });

  it.each([
    'Senior Software Engineer\nPython, SQL',
    'Work Experience',
    'New York\nBerlin, Germany',
    '12 High Street, Leeds',
    'resume of nobody in particular',
    'Data Science Portfolio',
  ])('is not made up from %j', (text) => {
    expect(contactIn(text).name).toBeNull();
  });

  it('may stand below a column at the side, when the e-mail address agrees', () => {
    const text = `CONTACT\njo.doe@example.com\n${'Golden Gate\n'.repeat(3)}${'• skill\n'.repeat(10)}Jo Doe\nEngineer`;
    expect(contactIn(text).name).toBe('Jo Doe');
  });
});

describe('e-mail addresses', () => {
  it.each([
    ['jo.doe@example.com', 'jo.doe@example.com'],
    ['E-mail: jo+cv@mail.example.co.uk.', 'jo+cv@mail.example.co.uk'],
    ['jo [at] example.com', 'jo@example.com'],
    ['jo.doe(at)example(dot)org', 'jo.doe@example.org'],
    ['jo at example dot com', 'jo@example.com'],
  ])('are read from %j', (text, email) => {
    expect(contactIn(text).emails).toEqual([email]);
  });

  it.each(['worked at Example.com', 'meet at noon', '@handle'])('are not read from %j', (text) => {
    expect(contactIn(text).emails).toEqual([]);
  });
});

describe('phone numbers', () => {
  it.each([
    '+44 20 7946 0123',
    '+49 (0) 30 901820',
    '+380 (44) 123-45-67',
    '(555) 123-4567',
    '555-123-4567',
    '+1.555.123.4567',
    '06 12 34 56 78',
    '0049 30 901820',
    '030/901820-11',
  ])('are read: %j', (phone) => {
    expect(contactIn(`Jo Doe | ${phone} | Leeds`).phones).toEqual([phone]);
  });

  it.each(['2018 - 2020', '01.01.2019 - 31.12.2020', '1234567890123456789', 'github.com/jo/12345678', '12 345'])(
    'are not read from %j',
    (text) => {
      expect(contactIn(text).phones).toEqual([]);
    },
  );
});

describe('links', () => {
  it.each([
    ['https://jo.example.com/cv', 'https://jo.example.com/cv'],
    ['linkedin.com/in/jo-doe', 'linkedin.com/in/jo-doe'],
    ['See www.example.org.', 'www.example.org'],
    ['de.linkedin.com/in/jo', 'de.linkedin.com/in/jo'],
    ['github.com/jo, more', 'github.com/jo'],
    ['behance.net/jo', 'behance.net/jo'],
    ['jodoe.dev', 'jodoe.dev'],
  ])('are read from %j', (text, link) => {
    expect(contactIn(text).links).toEqual([link]);
  });

  it.each(['Node.js and socket.io', 'ASP.NET', 'jo@jodoe.dev', 'e.g. this'])('are not read from %j', (text) => {
    expect(contactIn(text).links).toEqual([]);
  });
});

it('keeps ten of each at most', () => {
  const text = Array.from(
    { length: 30 },
    (_, index) => `a${index}@example.com https://example.com/${index} +49 30 ${9_018_200 + index}`,
  );
  const { emails, phones, links } = contactIn(text.join('\n'));
  expect([emails.length, phones.length, links.length]).toEqual([10, 10, 10]);
});

it('can be blanked without moving anything else', () => {
  const text = 'Python, github.com/go, jo [at] rust.dev, SQL';
  const blanked = blankContacts(text);
  expect(blanked).toHaveLength(text.length);
  expect(blanked.split(/[\s,]+/)).toEqual(['Python', 'SQL']);
});
