import type { Socket } from 'node:net';

/** The most writes that wait for one another. More of them would save little. */
const most = 8;

/**
 * Lets a socket send what is written in one turn of the event loop together. ioredis writes each command by itself, and a call of
 * the system for each is a good part of what a short command costs. The first goes at once, the next two together, then four, then
 * eight at a time: the server is to begin with the first while the others gather, or the two would take turns.
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let gathered = 0;
  let wanted = 1;
  let isScheduled = false;
  const send = () => {
    if (gathered > 0) socket.uncork();
    gathered = 0;
  };
  const endTurn = () => {
    isScheduled = false;
    wanted = 1;
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
    if (gathered === wanted) {
      wanted = Math.min(2 * wanted, most);
      send();
    }
    return accepted;
  };
}
