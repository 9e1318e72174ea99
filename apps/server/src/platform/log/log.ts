import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { maskSecrets, toTextLine } from './log-line.ts';

/** Structured logger: an object of fields first, then a sentence. Never holds bodies, tokens or profile data. */
export type Log = FastifyBaseLogger;

/** What takes the finished lines: standard output, or a test. */
export interface LogTarget {
  write(line: string): unknown;
}

/** Logs one line per entry to standard output, as JSON or as text for a terminal, with every token cut to its prefix. */
export function createLog(config: Pick<Config, 'logLevel' | 'logFormat'>, target?: LogTarget): Log {
  const out = target ?? openStdout();
  const render = config.logFormat === 'text' ? toTextLine : (line: string) => line;
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: pino.stdSerializers.err },
    },
    { write: (line: string) => out.write(maskSecrets(render(line))) },
  );
}

function openStdout(): LogTarget {
  // A terminal or pipe that has gone away must not take the server with it while it closes.
  process.stdout.on('error', () => undefined);
  return pino.destination({ fd: 1, sync: true }).on('error', () => undefined);
}
