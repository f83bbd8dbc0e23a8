/**
 * A mail server in a process of its own that takes every mail and keeps none. Tells its parent of its port, and of the time at
 * which it has taken as many mails as it was told to count.
 */
import { SMTPServer } from 'smtp-server';
import { monotonic } from '../support/statistics.mjs';

let left = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, _session, callback) {
    stream.resume().once('end', () => {
      callback();
      left -= 1;
      if (left === 0) process.send({ type: 'taken', at: monotonic() });
    });
  },
});
// A sender that has ended hangs up.
server.on('error', () => {});
const listener = server.listen(0, '127.0.0.1', () => process.send({ type: 'listening', port: listener.address().port }));
process.on('message', ({ count }) => {
  left = count;
  process.send({ type: 'counting' });
});
process.once('disconnect', () => process.exit());
