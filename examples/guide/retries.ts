// examples/guide/retries.ts
import { z } from 'zod';
import { handle, task } from '#src/taskkit/index.js';

export class GatewayBusy extends Error {
  constructor(readonly seconds: number) {
    super(`The gateway is busy for ${seconds} s`);
  }
}

export const refund = task(
  'examples.payments.refund',
  { paymentId: z.string() },
  {
    returns: { paymentId: z.string() },
    queue: 'payments',
    priority: 3,
    rateLimit: '100/m',
    softTimeLimit: 20,
    timeLimit: 30,
    maxRetries: 5,
    retryBackoff: 10,
    retryBackoffMax: 300,
    dontAutoretryFor: [TypeError],
  },
);

export const refundHandler = (send: (paymentId: string, signal: AbortSignal) => Promise<void>) =>
  handle(refund, async ({ paymentId }, context) => {
    try {
      await send(paymentId, context.signal);
    } catch (error) {
      if (error instanceof GatewayBusy) context.retry({ countdown: error.seconds, error });
      throw error;
    }
    return { paymentId };
  });
