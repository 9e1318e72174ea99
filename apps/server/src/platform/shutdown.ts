import type { Log } from './log/log.ts';

const LIMIT_MS = 10_000;
/** npm passes on the Ctrl-C that the terminal has sent us already; only a later signal is a second wish. */
const ECHO_MS = 500;

/**
 * Ends the process by `close`: with 0 on SIGTERM, SIGINT or SIGHUP, with 1 after a bug. A second signal, or 10 s, end it
 * at once.
 */
export function closeOnSignals(log: Log, close: () => Promise<void>): void {
  let closingSince: number | undefined;

  async function end(code: number): Promise<void> {
    closingSince = Date.now();
    setTimeout(() => {
      log.error('closing took too long: the rest is dropped');
      process.exit(1);
    }, LIMIT_MS).unref();
    try {
      await close();
      process.exit(code);
    } catch (error) {
      log.error({ err: error }, 'closing failed');
      process.exit(1);
    }
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (closingSince === undefined) void end(0);
      else if (Date.now() - closingSince > ECHO_MS) process.exit(1);
    });

  const crash = (error: unknown) => {
    log.fatal({ err: error }, 'a bug ends the server');
    if (closingSince === undefined) void end(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}
