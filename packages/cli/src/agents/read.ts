import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { type Agent, findAgent, getAgent, listAgents, listVersions, type Version } from './agent.ts';
import { toTable } from './table.ts';

const JSON_ONLY = { json: { type: 'boolean' } } as const;

/** `mc agents list`: every agent with its state, health and version. */
export const agentsList: Command = {
  name: 'agents list',
  usage: 'mc agents list [--state active|paused|draining|retired|discovered] [--json]',
  summary: 'The agents of the organization (MC_URL, MC_KEY), with state, health and version.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({
      args,
      options: { ...JSON_ONLY, state: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length > 0) return undefined;
    const agents = await listAgents(values.state === undefined ? {} : { control_state: values.state });
    if (values.json) write(JSON.stringify(agents));
    else
      for (const line of toTable([['AGENT', 'STATE', 'HEALTH', 'VERSION', 'LAST SEEN'], ...agents.map(toRow)]))
        write(line);
    return 0;
  },
};

const toRow = ({ slug, control_state, health, active_version_number, last_seen_at }: Agent): string[] => [
  ...[slug, control_state, health, String(active_version_number ?? '–'), last_seen_at ?? 'never'],
];

/** `mc agents get`: all that is known of one agent. */
export const agentsGet: Command = {
  name: 'agents get',
  usage: 'mc agents get <slug | id> [--json]',
  summary: 'One agent: state and why, health, version.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: JSON_ONLY, allowPositionals: true });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0) return undefined;
    const agent = await getAgent((await findAgent(name)).id);
    if (values.json) write(JSON.stringify(agent));
    else {
      const reason = agent.control_reason === null ? '' : ` (${agent.control_reason})`;
      for (const line of toTable([
        ['agent', agent.slug],
        ['id', agent.id],
        ['state', `${agent.control_state}${reason}`],
        ['health', agent.health],
        ['version', String(agent.active_version_number ?? '–')],
        ['last seen', agent.last_seen_at ?? 'never'],
      ]))
        write(line);
    }
    return 0;
  },
};

/** `mc agents versions`: the versions of an agent with how each did. */
export const agentsVersions: Command = {
  name: 'agents versions',
  usage: 'mc agents versions <slug | id> [--json]',
  summary: 'The versions of an agent: runs, error rate, p95 and score of the last 30 days, and what the watch says.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: JSON_ONLY, allowPositionals: true });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0) return undefined;
    const versions = await listVersions(await findAgent(name));
    if (values.json) write(JSON.stringify(versions));
    else
      for (const line of toTable([
        ['VERSION', 'STATE', 'LABEL', 'CREATED', 'RUNS', 'ERRORS', 'P95', 'SCORE', 'WATCH'],
        ...versions.map(toVersionRow),
      ]))
        write(line);
    return 0;
  },
};

const orDash = (value: number | null, show: (value: number) => string): string => (value === null ? '–' : show(value));

const toVersionRow = (version: Version): string[] => [
  ...[String(version.number), version.state, version.label ?? '–', version.created_at, String(version.runs)],
  orDash(version.error_rate, (rate) => `${(rate * 100).toFixed(1)} %`),
  orDash(version.p95_ms, (ms) => `${Math.round(ms)} ms`),
  orDash(version.mean_score, (score) => score.toFixed(2)),
  version.watch?.verdict ?? '–',
];
