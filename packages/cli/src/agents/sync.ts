import { parseArgs } from 'node:util';
import type { Command, Output } from '../command.ts';
import { callJson } from '../server.ts';
import { toTable } from './table.ts';
import { waitUntil } from './wait.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'no-main': { type: 'boolean' },
  'lead-only': { type: 'boolean' },
  'reset-sessions': { type: 'boolean' },
  'rotate-tokens': { type: 'boolean' },
  'force-bootstrap': { type: 'boolean' },
  overwrite: { type: 'boolean' },
  board: { type: 'string' },
  timeout: { type: 'string', default: '600' },
  'no-wait': { type: 'boolean' },
} as const;

const SENT = ['dry-run', 'lead-only', 'reset-sessions', 'rotate-tokens', 'force-bootstrap', 'overwrite'] as const;

interface Sync {
  job_id: string;
  state: 'running' | 'succeeded' | 'failed';
  agents_updated: number;
  agents_skipped: number;
  main_updated: boolean;
  files_written: number;
  files_unchanged: number;
  errors: { agent_name: string | null; code: string; message: string }[];
  agents: { agent_name: string; state: string; files: { name: string; action: string }[] }[];
}

interface Job {
  state: string;
  progress: { done: number; total: number } | null;
  result: Omit<Sync, 'job_id' | 'state'> | null;
  error: { code: string; message: string } | null;
}

/** `mc agents sync`: brings the files of a gateway's agents up to date, or says what would be written. */
export const agentsSync: Command = {
  name: 'agents sync',
  usage:
    'mc agents sync <gateway id> [--dry-run] [--board <id>] [--no-main] [--lead-only] [--overwrite] [--force-bootstrap] [--reset-sessions] [--rotate-tokens] [--timeout <seconds>] [--no-wait] [--json]',
  summary:
    'Write the files of the agents of a gateway anew where they differ; --dry-run only says which. Exits 1 when an agent failed or time was up.',
  async run(args, output) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [gateway, ...rest] = positionals;
    const timeoutS = Number(values.timeout);
    if (gateway === undefined || rest.length > 0 || Number.isNaN(timeoutS)) return undefined;
    const path = `/gateways/${encodeURIComponent(gateway)}/templates/sync?${toQuery(values)}`;
    const begun = await callJson<Sync>(path, { method: 'POST' });
    const ended = values['no-wait'] ? begun : await follow(begun, timeoutS, values.json ? undefined : output.write);
    if (values.json) output.write(JSON.stringify(ended));
    else say(ended, output);
    const isGood = ended.state === 'succeeded' || (ended.state === 'running' && values['no-wait'] === true);
    return isGood && ended.errors.length === 0 ? 0 : 1;
  },
};

type Chosen = Partial<Record<(typeof SENT)[number] | 'no-main', boolean> & { board: string }>;

function toQuery(chosen: Chosen): URLSearchParams {
  const query = new URLSearchParams({ include_main: String(!chosen['no-main']) });
  for (const option of SENT) if (chosen[option]) query.set(option.replaceAll('-', '_'), 'true');
  if (chosen.board !== undefined) query.set('board_id', chosen.board);
  return query;
}

const OVER = ['succeeded', 'failed', 'dead'];

/** The server answers after 20 s whatever is done by then; its job goes on. */
async function follow(begun: Sync, timeoutS: number, write: ((line: string) => void) | undefined): Promise<Sync> {
  if (begun.state !== 'running') return begun;
  const job = await waitUntil({
    timeoutS,
    look: () => callJson<Job>(`/jobs/${begun.job_id}`),
    isOver: ({ state }) => OVER.includes(state),
    say: write,
    describe: ({ state, progress }) =>
      progress ? `${progress.done} of ${progress.total} agents` : `the sync is ${state}`,
  });
  if (!OVER.includes(job.state)) return begun;
  const errors = job.error ? [{ agent_name: null, ...job.error }] : [];
  const state = job.state === 'succeeded' ? 'succeeded' : 'failed';
  return { ...begun, errors, ...job.result, job_id: begun.job_id, state };
}

function say(sync: Sync, { write, warn }: Output): void {
  const rows = sync.agents.map(({ agent_name, state, files }) => [agent_name, state, toWords(files)]);
  if (rows.length > 0) for (const line of toTable([['AGENT', 'STATE', 'FILES'], ...rows])) write(line);
  write(
    `${sync.state}: ${sync.files_written} files differ, ${sync.files_unchanged} are as they should be, ${sync.agents_skipped} agents left out`,
  );
  for (const { agent_name, code, message } of sync.errors) warn(`${agent_name ?? 'the sync'}: ${code}: ${message}`);
}

const toWords = (files: Sync['agents'][number]['files']): string =>
  files
    .filter(({ action }) => action !== 'keep')
    .map(({ name, action }) => `${action} ${name}`)
    .join(', ');
