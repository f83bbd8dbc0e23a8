/** How a session goes on, by what someone does with it. Declined, completed and cancelled sessions stay so. */
export const transitions = {
  accept: { from: ['requested'], to: 'accepted', mentorOnly: true },
  decline: { from: ['requested'], to: 'declined', mentorOnly: true },
  complete: { from: ['accepted'], to: 'completed', mentorOnly: true },
  cancel: { from: ['requested', 'accepted'], to: 'cancelled', mentorOnly: false },
} as const;

export type Action = keyof typeof transitions;
