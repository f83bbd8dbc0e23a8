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

  it('sends those of one turn together, in order, and waits for no more', async () => {
    const { socket, received } = await gathering();

    socket.write('a');
    await Promise.resolve();
    socket.write(Buffer.from('b'));
    expect(socket.writableCorked).toBe(1);
    expect(socket.bytesWritten).toBe(2);
    expect(socket.writableLength).toBe(2);

    await nextTurn();
    expect(socket.writableCorked).toBe(0);
    socket.write('c');
    socket.end('d');
    expect(await received).toBe('abcd');
  });

  it('sends eight when it has them, so that the other side begins', async () => {
    const { socket, received } = await gathering();

    for (const letter of 'abcdefg') socket.write(letter);
    expect(socket.writableLength).toBe(7);
    socket.write('h');
    expect(socket.writableCorked).toBe(0);
    socket.write('i');
    expect(socket.writableCorked).toBe(1);
    expect(socket.writableLength).toBeGreaterThanOrEqual(1);

    await nextTurn();
    expect(socket.writableCorked).toBe(0);
    socket.end();
    expect(await received).toBe('abcdefghi');
  });
});
