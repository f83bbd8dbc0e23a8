import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { gatherWrites } from '#src/taskkit/broker/redis-connection/gather-writes.js';

describe('a socket that gathers its writes', () => {
  const server = createServer();
  afterEach(() => void server.close());

  const gathering = async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [[peer]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(socket, 'connect')]);
    gatherWrites(socket);
    return { socket, received: text(peer) };
  };

  it('sends the first of a turn at once, and those after it together, in order', async () => {
    const { socket, received } = await gathering();

    socket.write('a');
    expect(socket.writableCorked).toBe(0);
    await Promise.resolve();
    socket.write(Buffer.from('b'));
    expect(socket.writableCorked).toBe(1);
    socket.write('c');
    expect(socket.writableCorked).toBe(0);
    socket.write('d');
    expect(socket.writableCorked).toBe(1);

    await nextTurn();
    expect(socket.writableCorked).toBe(0);
    socket.write('e');
    expect(socket.writableCorked).toBe(0);
    socket.write('f');
    socket.end('g');
    expect(await received).toBe('abcdefg');
  });

  it('gathers one, two, four, and then eight at a time', async () => {
    const { socket, received } = await gathering();

    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const sentAfter = [...letters].filter((letter) => {
      socket.write(letter);
      return socket.writableCorked === 0;
    });
    expect(sentAfter).toEqual(['a', 'c', 'g', 'o', 'w']);

    await nextTurn();
    expect(socket.writableCorked).toBe(0);
    socket.end();
    expect(await received).toBe(letters);
  });
});
