import type { Socket } from 'node:net';

/**
 * Lets a socket send what is written in one turn of the event loop together. ioredis writes each command by itself, and a call
 * of the system for each is a good part of what a short command costs.
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isGathering = false;
  const send = () => {
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      // Runs when the callbacks of this turn's promises have all run.
      process.nextTick(send);
    }
    return write(...args);
  };
}
