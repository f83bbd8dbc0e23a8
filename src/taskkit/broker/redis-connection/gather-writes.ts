import type { Socket } from 'node:net';

/**
 * The most writes that wait for one another. More of them would save little, and leave the server idle while they gather and
 * this process idle while the server works through them.
 */
const most = 8;

/**
 * Lets a socket send what is written in one turn of the event loop together, a few writes at a time. ioredis writes each command
 * by itself, and a call of the system for each is a good part of what a short command costs.
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let gathered = 0;
  let isScheduled = false;
  const send = () => {
    if (gathered > 0) socket.uncork();
    gathered = 0;
  };
  const endTurn = () => {
    isScheduled = false;
    send();
  };
  socket.write = (...args: unknown[]) => {
    if (gathered++ === 0) socket.cork();
    if (!isScheduled) {
      isScheduled = true;
      // Runs when the callbacks of this turn's promises have all run.
      process.nextTick(endTurn);
    }
    const accepted = write(...args);
    if (gathered === most) send();
    return accepted;
  };
}
