import { parseArgs } from 'node:util';
import { diffPolicies, type PolicyChange, parsePolicy } from '@mission-control/policy/language';
import type { Command } from '../command.ts';
import { getSaved, getText, readLocal } from './saved-policy.ts';

const OPTIONS = { version: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

const MARKS: Record<PolicyChange['effect'], string> = { widens: '+', narrows: '-', changes: '~', none: ' ' };

/** `mc policy diff`: what a file changes, and whether agents may do more or less by it. */
export const policyDiff: Command = {
  name: 'policy diff',
  usage: 'mc policy diff <policy.yaml> [<other.yaml> | --version <n>] [--json]',
  summary:
    'Say what a file changes against the version that holds on the server (or the latest, or --version), or against another file. Exits 1 when it changes something.',
  async run(args, { write }) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [path, other, ...rest] = positionals;
    if (path === undefined || rest.length > 0 || (other !== undefined && values.version !== undefined))
      return undefined;
    const local = readLocal(path);
    const [from, to] =
      other === undefined
        ? [await readSaved(local.name, values.version), { title: path, text: local.text }]
        : [
            { title: path, text: local.text },
            { title: other, text: readLocal(other).text },
          ];
    const changes = compare(from.text, to.text);
    if (values.json) write(JSON.stringify({ from: from.title, to: to.title, changes }));
    else {
      write(`${from.title} → ${to.title}: ${changes.length === 0 ? 'no change' : `${changes.length} changes`}`);
      for (const { effect, summary } of changes) write(`  ${MARKS[effect]} ${summary}`);
    }
    return changes.length === 0 ? 0 : 1;
  },
};

async function readSaved(name: string, given: string | undefined): Promise<{ title: string; text: string }> {
  const saved = await getSaved(name);
  const version = given === undefined ? (saved.active_version ?? saved.latest_version) : Number(given);
  return { title: `${name}@${version}`, text: await getText(saved, version) };
}

function compare(before: string, after: string): PolicyChange[] {
  const [from, to] = [parsePolicy(before).source, parsePolicy(after).source];
  if (!from || !to) throw new Error('one of them is no policy; mc policy lint says why');
  return diffPolicies(from, to);
}
