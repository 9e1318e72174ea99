import { parseArgs } from 'node:util';
import type { Command, Output } from '../command.ts';
import { callJson } from '../server.ts';
import { findSaved, type LocalPolicy, readLocal, type SavedPolicy } from './saved-policy.ts';

const OPTIONS = {
  note: { type: 'string' },
  activate: { type: 'boolean', default: false },
  mode: { type: 'string' },
  'acknowledge-unobserved': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `mc policy push`: saves files as the next versions of their policies, and makes them hold where asked. */
export const policyPush: Command = {
  name: 'policy push',
  usage:
    'mc policy push <policy.yaml …> [--note <text>] [--activate [--mode monitor|enforce|dry_run|off] [--acknowledge-unobserved]] [--json]',
  summary:
    'Save policies on the server, the text of the latest version again makes none; --activate makes them hold. Exits 1 when lint finds an error or a test fails: then nothing is saved.',
  async run(args, output) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (positionals.length === 0 || (values.mode !== undefined && !values.activate)) return undefined;
    const files = positionals.map(readLocal);
    if (!files.every((file) => isSound(file, output))) return 1;
    const pushed: SavedPolicy[] = [];
    for (const file of files) {
      const saved = await save(file, values.note ?? null);
      pushed.push(values.activate ? await activate(saved, values) : saved);
    }
    if (values.json) output.write(JSON.stringify(pushed));
    else for (const policy of pushed) output.write(describe(policy));
    return 0;
  },
};

/** Says what is wrong with a file; whether nothing is. */
function isSound({ path, policy: { findings, tests } }: LocalPolicy, { warn }: Output): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const failed = tests.filter(({ ok }) => !ok);
  for (const { line, col, code, message } of errors) warn(`${path}:${line}:${col}: error ${code}: ${message}`);
  for (const { line, name, message } of failed) warn(`${path}:${line}: test "${name}" failed: ${message ?? ''}`);
  return errors.length === 0 && failed.length === 0;
}

async function save({ name, text }: LocalPolicy, note: string | null): Promise<SavedPolicy> {
  const known = await findSaved(name);
  if (!known) return callJson('/policies', { method: 'POST', body: { source: text, note } });
  const body = { source: text, note, if_version: known.latest_version };
  return callJson(`/policies/${known.id}`, { method: 'PUT', body });
}

interface Activation {
  mode?: string | undefined;
  note?: string | undefined;
  'acknowledge-unobserved': boolean;
}

const activate = (
  { id, latest_version: version }: SavedPolicy,
  { mode, note, 'acknowledge-unobserved': acknowledged }: Activation,
): Promise<SavedPolicy> =>
  callJson(`/policies/${id}/activate`, {
    method: 'POST',
    body: {
      ...{ version, acknowledge_unobserved: acknowledged, reason: note ?? null },
      ...(mode === undefined ? {} : { mode }),
    },
  });

const describe = ({ name, latest_version, active_version, mode }: SavedPolicy): string =>
  `${name}: version ${latest_version} saved, ${active_version === null ? 'none holds' : `${active_version} holds (${mode})`}`;
