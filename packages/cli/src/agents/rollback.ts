import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { callJson } from '../server.ts';
import { type Agent, type Deployment, findAgent, listVersions } from './agent.ts';
import { waitUntil } from './wait.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  reason: { type: 'string' },
  to: { type: 'string' },
  timeout: { type: 'string', default: '60' },
  'no-wait': { type: 'boolean' },
} as const;

const GOOD = ['live', 'pointer_only'];

/** `mc agents rollback`: one operation back, watched until the processes are there. */
export const agentsRollback: Command = {
  name: 'agents rollback',
  usage:
    'mc agents rollback <slug | id> --reason <why> [--to <version number>] [--timeout <seconds>] [--no-wait] [--json]',
  summary:
    'Back to the version that was active before, or the one named, and wait until a process runs it. Exits 1 when its target gave up or time was up.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [name, ...rest] = positionals;
    const timeoutS = Number(values.timeout);
    if (name === undefined || rest.length > 0 || values.reason === undefined || Number.isNaN(timeoutS))
      return undefined;
    const agent = await findAgent(name);
    const body = {
      reason: values.reason,
      ...(values.to === undefined ? {} : { to: await findTarget(agent, values.to) }),
    };
    const begun = await callJson<Deployment>(`/agents/${agent.id}/rollback`, { method: 'POST', body });
    const ended = await waitUntil({
      timeoutS: values['no-wait'] ? 0 : timeoutS,
      look: () => (values['no-wait'] ? Promise.resolve(begun) : callJson<Deployment>(`/deployments/${begun.id}`)),
      isOver: ({ status }) => status !== 'switching',
      say: values.json ? undefined : write,
      describe: (deployment) => toLine(agent, deployment),
    });
    if (values.json) write(JSON.stringify(ended));
    return values['no-wait'] || GOOD.includes(ended.status) ? 0 : 1;
  },
};

async function findTarget(agent: Agent, number: string): Promise<string> {
  const found = (await listVersions(agent)).find((version) => String(version.number) === number);
  if (!found) throw new Error(`${agent.slug} has no version ${number}; mc agents versions ${agent.slug} shows them`);
  return found.id;
}

function toLine({ slug }: Agent, { from, to, status, target, attempts, accepted_at, error }: Deployment): string {
  const move = `${slug}: version ${from?.number ?? '–'} → ${to.number}`;
  if (status === 'live') return `${move}: live`;
  if (status === 'pointer_only')
    return `${move}: a process runs it; restart those that do not (it has no deployment target)`;
  if (status !== 'switching') return `${move}: ${status}${error === null ? '' : `: ${error.message}`}`;
  if (target === null) return `${move}: waiting for a process that runs it (no deployment target: restart them)`;
  if (accepted_at !== null) return `${move}: ${target.name} has taken it, waiting for a process that runs it`;
  const last = attempts.at(-1);
  return `${move}: calling ${target.name}${last && !last.ok ? ` (${attempts.length} tried: ${last.message})` : ''}`;
}
