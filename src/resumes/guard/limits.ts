/** What the watchdog ends the process with when its memory grows too large, so that the parent can tell. */
export const memoryKillSignal = 'SIGUSR2';
