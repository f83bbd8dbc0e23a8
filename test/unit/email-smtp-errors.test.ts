import { describe, expect, it } from 'vitest';
import { faultOf, smtpError } from '#src/email/smtp-errors.js';

const failure = (code: string, responseCode?: number, response?: string) =>
  Object.assign(new Error('what nodemailer says'), { code, responseCode, response });

describe('smtpError', () => {
  it.each([
    ['an unknown mailbox', failure('EENVELOPE', 550, '550 5.1.1 No such user')],
    ['refused content', failure('EMESSAGE', 554, '554 5.7.1 Spam')],
    ['a mail that is too large', failure('EENVELOPE', 552, '552 5.3.4 Too big')],
    ['an address nodemailer does not send to', failure('EENVELOPE')],
  ])('is permanent for %s', (_, error) => {
    expect(smtpError(error)).toMatchObject({ code: 'EMAIL_REJECTED', permanent: true });
  });

  it.each([
    ['a full mailbox', failure('EENVELOPE', 452, '452 4.2.2 Over quota')],
    ['greylisting', failure('EENVELOPE', 450, '450 4.7.1 Try again')],
    ['a mail not taken now', failure('EMESSAGE', 451, '451 4.3.0 Later')],
    ['a refused login', failure('EAUTH', 535, '535 5.7.8 Bad credentials')],
    ['a login that is asked for', failure('EENVELOPE', 530, '530 5.7.0 Authentication required')],
    ['a session out of step', failure('EENVELOPE', 503, '503 Bad sequence')],
    ['a server that greets with 554', failure('EPROTOCOL', 554, '554 No SMTP service here')],
    ['a lost connection', failure('ECONNECTION')],
    ['a timeout', failure('ETIMEDOUT')],
    ['an unknown host', failure('EDNS')],
    ['something that is no error', 'odd'],
  ])('is temporary for %s', (_, error) => {
    expect(smtpError(error)).toMatchObject({ code: 'EMAIL_UNAVAILABLE', permanent: false });
  });

  it('tells why a mail was given up', () => {
    const cause = new Error('The operation was aborted due to timeout');
    const error = Object.assign(new Error('Message sending aborted', { cause }), { code: 'EABORT' });
    expect(smtpError(error)).toMatchObject({ code: 'EMAIL_UNAVAILABLE', message: expect.stringContaining('due to timeout') });
  });

  it('tells the reply of the server, on one line and not at any length', () => {
    expect(smtpError(failure('EENVELOPE', 550, '550-No\r\n550 such user')).message).toContain('550-No 550 such user');
    expect(smtpError(failure('EENVELOPE', 550, `550 ${'no '.repeat(5000)}`)).message.length).toBeLessThan(400);
  });

  it('does not tell what looks like a token, which a server that quotes the mail would give away', () => {
    const reply = `554 Listed: https://a.example/reset-password?token=${'aB-_9'.repeat(9)} (see RFC 5321)`;
    expect(smtpError(failure('EMESSAGE', 554, reply)).message).toContain('reset-password?token=[…] (see RFC 5321)');
  });
});

describe('faultOf', () => {
  const answer = (code: string, command: string, response: string) =>
    Object.assign(failure(code, Number(response.slice(0, 3)), response), { command });

  it('is the address when its recipient is refused for good', () => {
    expect(faultOf(answer('EENVELOPE', 'RCPT TO', '550 5.1.1 No such user'))).toBe('address');
    expect(faultOf(answer('EENVELOPE', 'RCPT TO', '550-5.1.1 No such user\n550 5.1.1 here'))).toBe('address');
    expect(faultOf(answer('EENVELOPE', 'RCPT TO', '550 5.0.0 Something'))).toBe('address');
  });

  it.each([
    ['a policy', answer('EENVELOPE', 'RCPT TO', '550 5.7.1 Blocked')],
    ['a full mailbox', answer('EENVELOPE', 'RCPT TO', '552 5.2.2 Over quota')],
    ['the sender', answer('EENVELOPE', 'MAIL FROM', '550 5.1.1 Unknown sender')],
    ['the content', answer('EMESSAGE', 'DATA', '554 5.6.0 Spam')],
    ['an address nodemailer does not send to', failure('EENVELOPE')],
    ['greylisting', answer('EENVELOPE', 'RCPT TO', '450 4.7.1 Later')],
    ['a mail not taken now', answer('EMESSAGE', 'DATA', '451 4.3.0 Later')],
  ])('is the mail alone for %s', (_, error) => {
    expect(faultOf(error)).toBe('mail');
  });

  it.each([
    ['a server that goes down', answer('EENVELOPE', 'RCPT TO', '421 4.3.2 Bye')],
    ['a login that is asked for', answer('EENVELOPE', 'MAIL FROM', '530 5.7.0 Log in')],
    ['a refused login', answer('EAUTH', 'AUTH PLAIN', '535 5.7.8 No')],
    ['a lost connection', failure('ECONNECTION')],
    ['a timeout', failure('ETIMEDOUT')],
    ['a mail given up', failure('EABORT')],
    ['something that is no error', 'odd'],
  ])('is the server for %s', (_, error) => {
    expect(faultOf(error)).toBe('server');
  });
});
