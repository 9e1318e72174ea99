import type { WriteStream } from 'node:tty';
import { type Tally, toStatusLine } from './tally.ts';

const REDRAW_MS = 250;
const LINE_MS = 10_000;

/** The progress on the terminal: one line drawn again and again, or, where nobody watches, a line now and then. */
export interface Status {
  /** Writes a sentence above the line. */
  say(sentence: string): void;
  /** Writes the last figures. */
  close(): void;
}

export function createStatus(terminal: WriteStream, read: () => Tally): Status {
  const startedAt = performance.now();
  const toLine = () => toStatusLine(read(), performance.now() - startedAt);
  const clear = () => (terminal.isTTY ? '\r\x1b[2K' : '');
  const draw = () =>
    terminal.write(terminal.isTTY ? `${clear()}${toLine().slice(0, terminal.columns || undefined)}` : `${toLine()}\n`);
  const timer = setInterval(draw, terminal.isTTY ? REDRAW_MS : LINE_MS);
  return {
    say(sentence) {
      terminal.write(`${clear()}${sentence}\n`);
    },
    close() {
      clearInterval(timer);
      const { finished, finishedMs, lastFailure } = read();
      terminal.write(`${clear()}${toLine()}\n`);
      if (finished > 0)
        terminal.write(`A finished task took ${(finishedMs / finished / 1000).toFixed(1)} s in the mean.\n`);
      if (lastFailure) terminal.write(`The last failure: ${lastFailure}\n`);
    },
  };
}
