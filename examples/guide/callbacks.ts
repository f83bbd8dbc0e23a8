// examples/guide/callbacks.ts
import { chain } from '#src/taskkit/index.js';
import { charge, readOrder, tellStaff } from './orders.js';

export const chargeAndTell = (orderId: number) =>
  chain(readOrder.s({ orderId }), charge.s({ currency: 'EUR' }))
    .onError(tellStaff.s())
    .applyAsync({ countdown: 5 });

const later = readOrder.s({ orderId: 1 }).set({ countdown: 60, priority: 5 });
export const readThenCharge = () => later.link(charge.s({ currency: 'EUR' })).applyAsync();
