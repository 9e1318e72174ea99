import { parseArgs } from 'node:util';

export interface Options {
  /** Fleet processes. */
  fleets: number;
  /** Tasks per minute, of all fleets together. */
  rate: number;
  /** Seconds after which no task begins; undefined: until Ctrl-C. */
  durationS: number | undefined;
  /** What the fleet reads. */
  folder: string;
  port: number | undefined;
  seed: number;
}

export const USAGE = `npm run demo -- [options]

  --agents N      fleets, each a process with an orchestrator and three specialists (2)
  --rate N        tasks per minute, of all fleets together (12)
  --duration S    seconds after which no task begins; without it until Ctrl-C
  --folder PATH   folder of .md, .mdx, .txt or .rst files that the fleet reads (this repository)
  --port N        port of the server (8000, or a free one)
  --seed N        of topics, latencies and faults (1)

Environment: MC_DATA_DIR keeps the server's data elsewhere than .mission-control/demo;
MC_URL and MC_KEY (a service key) report to a server that runs already.`;

const OPTIONS = {
  agents: { type: 'string', default: '2' },
  rate: { type: 'string', default: '12' },
  duration: { type: 'string' },
  folder: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line; undefined when help is asked for. Throws a sentence for a value that cannot be used. */
export function parseOptions(args: string[], repository: string): Options | undefined {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return undefined;
  return {
    fleets: toNumber('agents', values.agents, 1, 50, Number.isInteger),
    rate: toNumber('rate', values.rate, 0.1, 10_000),
    durationS: values.duration === undefined ? undefined : toNumber('duration', values.duration, 1, 86_400),
    folder: values.folder ?? repository,
    port: values.port === undefined ? undefined : toNumber('port', values.port, 0, 65_535, Number.isInteger),
    seed: toNumber('seed', values.seed, 0, 2 ** 31, Number.isInteger),
  };
}

const isAny = (_value: number) => true;

// biome-ignore lint/complexity/useMaxParams: one call per option reads best on one line.
function toNumber(name: string, text: string, min: number, max: number, isAllowed = isAny): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max && isAllowed(value)) return value;
  throw new Error(`--${name} must be a number from ${min} to ${max}, not ${JSON.stringify(text)}.`);
}
