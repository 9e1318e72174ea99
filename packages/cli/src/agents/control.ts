import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { callJson } from '../server.ts';
import { type Agent, findAgent, getAgent } from './agent.ts';
import { waitUntil } from './wait.ts';

/** The server ends what is left at the deadline, and says so a little later. */
const GRACE_S = 30;

const control = ({ id }: Agent, action: string, body: object): Promise<Agent> =>
  callJson(`/agents/${id}/${action}`, { method: 'POST', body });

const describe = ({ slug, control_state, control_reason }: Agent): string =>
  `${slug} is ${control_state}${control_reason === null ? '' : ` (${control_reason})`}`;

/** `mc agents pause`: no new runs, and with `--abort` none at all. */
export const agentsPause: Command = {
  name: 'agents pause',
  usage: 'mc agents pause <slug | id> --reason <why> [--abort] [--json]',
  summary: 'Refuse new runs; running ones finish, unless --abort ends them.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean' }, reason: { type: 'string' }, abort: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0 || values.reason === undefined) return undefined;
    const agent = await control(await findAgent(name), 'pause', {
      reason: values.reason,
      abort: values.abort ?? false,
    });
    write(values.json ? JSON.stringify(agent) : describe(agent));
    return 0;
  },
};

/** `mc agents resume`: lets go of the pause of people. */
export const agentsResume: Command = {
  name: 'agents resume',
  usage: 'mc agents resume <slug | id> --reason <why> [--json]',
  summary: 'Let an agent run again. Exits 1 while something else still holds it.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean' }, reason: { type: 'string' } },
      allowPositionals: true,
    });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0 || values.reason === undefined) return undefined;
    const agent = await control(await findAgent(name), 'resume', { reason: values.reason });
    write(values.json ? JSON.stringify(agent) : describe(agent));
    return agent.control_state === 'active' ? 0 : 1;
  },
};

const DRAIN = {
  json: { type: 'boolean' },
  reason: { type: 'string' },
  deadline: { type: 'string', default: '300' },
  'no-wait': { type: 'boolean' },
} as const;

/** `mc agents drain`: running runs end, then the agent is paused. */
export const agentsDrain: Command = {
  name: 'agents drain',
  usage: 'mc agents drain <slug | id> --reason <why> [--deadline <seconds>] [--no-wait] [--json]',
  summary: 'Refuse new runs and wait until the running ones have ended; what still runs at the deadline is ended.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: DRAIN, allowPositionals: true });
    const [name, ...rest] = positionals;
    const deadlineS = Number(values.deadline);
    if (name === undefined || rest.length > 0 || values.reason === undefined || !Number.isInteger(deadlineS))
      return undefined;
    const { id } = await findAgent(name);
    const begun = await callJson<Agent>(`/agents/${id}/drain`, {
      method: 'POST',
      body: { reason: values.reason, deadline_s: deadlineS },
    });
    const ended = await waitUntil({
      timeoutS: values['no-wait'] ? 0 : deadlineS + GRACE_S,
      look: () => (values['no-wait'] ? Promise.resolve(begun) : getAgent(id)),
      isOver: ({ control_state }) => control_state !== 'draining',
      say: values.json ? undefined : write,
      describe,
    });
    if (values.json) write(JSON.stringify(ended));
    return values['no-wait'] || ended.control_state === 'paused' ? 0 : 1;
  },
};
