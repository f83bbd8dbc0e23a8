import { coded, JourneymanError } from '../../errors.js';
import { print } from '../context.js';

/** How long one step may take, in milliseconds. */
export const stepLimit = 60_000;

/** Asks until the answer is right. Throws COMMAND_FAILED, naming what was waited for, when it takes longer than a step may. */
export async function waitFor<T>(what: string, ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (const started = Date.now(); ; ) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() - started > stepLimit)
      throw coded('COMMAND_FAILED', { reason: `${what} took longer than ${stepLimit / 1000} s` });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Does one step and says how long it took; a failure says which step it was. */
export async function step<T>(title: string, act: (progress: (text: string) => void) => Promise<T>): Promise<T> {
  const started = Date.now();
  const showsProgress = process.stdout.isTTY;
  const clear = () => showsProgress && process.stdout.write('\r\x1b[2K');
  const show = (text: string) => {
    clear();
    if (showsProgress) process.stdout.write(`  … ${title}: ${text}`);
  };
  show('');
  try {
    const result = await act(show);
    clear();
    print(`  ✓ ${title} (${Date.now() - started} ms)`);
    return result;
  } catch (error) {
    clear();
    print(`  ✗ ${title} (${Date.now() - started} ms)`);
    if (error instanceof JourneymanError)
      throw coded('COMMAND_FAILED', { reason: `${title}: ${error.message}` }, { cause: error });
    throw error;
  }
}
