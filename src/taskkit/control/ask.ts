import { randomUUID } from 'node:crypto';
import { type ControlChannel, type ControlCommand, type ControlReply, commandTopic } from './channel.js';

export interface Answers {
  /** In the order they came. */
  replies: ControlReply[];
  /** Those of `expected` that have not answered. */
  silent: string[];
}

/**
 * Sends a command to workers and gathers what they answer, until all that are expected have, at most `timeout` seconds.
 *
 * @param destination The workers it is for. Default: all.
 * @param expected The workers that should answer.
 */
export async function askWorkers(
  channel: ControlChannel,
  command: ControlCommand,
  { destination, expected, timeout }: { destination?: string[] | undefined; expected: string[]; timeout: number },
): Promise<Answers> {
  const replyTo = `control_reply_${randomUUID()}`;
  const replies: ControlReply[] = [];
  const silent = new Set(expected);
  let onComplete = () => {};
  const stop = await channel.listen(replyTo, (message) => {
    const reply = message as unknown as ControlReply;
    replies.push(reply);
    silent.delete(reply.worker);
    if (silent.size === 0) onComplete();
  });
  try {
    await channel.send(commandTopic, { replyTo, destination: destination ?? null, command });
    if (silent.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeout * 1000);
        onComplete = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    await stop();
  }
  return { replies, silent: [...silent] };
}
