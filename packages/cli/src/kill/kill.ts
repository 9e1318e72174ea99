import { parseArgs } from 'node:util';
import { findAgent } from '../agents/agent.ts';
import type { Command } from '../command.ts';
import { callJson } from '../server.ts';

const OPTIONS = {
  reason: { type: 'string' },
  abort: { type: 'boolean', default: false },
  release: { type: 'boolean', default: false },
  percent: { type: 'string', default: '100' },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const KINDS = ['org', 'board_group', 'board', 'agent_type', 'agent'];

interface Kill {
  id: string;
  scope_kind: string;
  scope_id: string | null;
  scope_name: string;
  abort: boolean;
  reason: string;
  released_percent: number;
  released_at: string | null;
  agents: number;
}

/** What another admin must agree to first. */
interface Asked {
  id: string;
  kind: 'change';
}

interface Scope {
  kind: string;
  name: string;
}

/** `mc kill`: stops agents at once, and lets them go again. */
export const kill: Command = {
  name: 'kill',
  usage:
    'mc kill <org | agent:… | agent_type:… | board:… | board_group:…> --reason <why> [--abort] [--json] | mc kill <scope | kill id> --release [--percent 10|50|100] [--json] | mc kill --list [--json]',
  summary:
    'Stop every agent of a scope before its next call; --abort ends calls that run. --release lets them go, a share first with --percent.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [target, ...rest] = positionals;
    if (rest.length > 0 || values.list !== (target === undefined)) return undefined;
    if (target === undefined) {
      const kills = await listKills();
      if (values.json) write(JSON.stringify(kills));
      else for (const one of kills) write(describe(one));
      return 0;
    }
    if (!values.release && (values.reason === undefined || !toScope(target))) return undefined;
    const done = values.release
      ? await release(target, Number(values.percent))
      : await set(target, { reason: values.reason ?? '', abort: values.abort });
    write(values.json ? JSON.stringify(done) : describe(done));
    return 0;
  },
};

/** `agent:refunds` → what it names; undefined for what is no scope. */
function toScope(target: string): Scope | undefined {
  const [kind = '', ...name] = target.split(':');
  if (!KINDS.includes(kind) || (kind === 'org') !== (name.length === 0)) return undefined;
  return { kind, name: name.join(':') };
}

function set(target: string, body: { reason: string; abort: boolean }): Promise<Kill> {
  const { kind, name } = toScope(target) ?? { kind: 'org', name: '' };
  return callJson('/kill', { method: 'POST', body: { scope: { [kind]: kind === 'org' ? true : name }, ...body } });
}

async function release(target: string, percent: number): Promise<Kill | Asked> {
  const { id } = await findKill(target);
  return callJson(`/kill/${id}`, { method: 'DELETE', body: { percent } });
}

const listKills = async (): Promise<Kill[]> => (await callJson<{ items: Kill[] }>('/kill?limit=200')).items;

/** The kill with this id, or the newest of this scope. */
async function findKill(target: string): Promise<Kill> {
  const scope = toScope(target);
  const kills = await listKills();
  const name = scope?.kind === 'agent' ? (await findAgent(scope.name)).id : scope?.name;
  const found = kills.find(({ id, scope_kind, scope_id, scope_name }) =>
    scope
      ? scope_kind === scope.kind && (scope.kind === 'org' || [scope_id, scope_name].includes(name ?? ''))
      : id === target,
  );
  if (!found) throw new Error(`${target} is not killed; mc kill --list shows what is`);
  return found;
}

function describe(done: Kill | Asked): string {
  if ('kind' in done) return `asked: another admin must approve ${done.id} first`;
  const { scope_kind, scope_name, abort, reason, released_percent, released_at, agents, id } = done;
  const what = scope_kind === 'org' ? 'the organization' : `${scope_kind} ${scope_name}`;
  if (released_at !== null) return `${what} is let go`;
  const share = released_percent > 0 ? `, ${released_percent} % let go` : '';
  return `${what} is killed${abort ? ', running calls ended' : ''}: ${agents} agents held${share} (${reason}) ${id}`;
}
