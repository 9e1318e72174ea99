import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { getSaved, getText } from './saved-policy.ts';

const OPTIONS = {
  version: { type: 'string' },
  out: { type: 'string', short: 'o' },
  json: { type: 'boolean', default: false },
} as const;

/** `mc policy pull`: the text of a policy that the server has. */
export const policyPull: Command = {
  name: 'policy pull',
  usage: 'mc policy pull <name> [--version <n>] [-o <file>] [--json]',
  summary: 'Write the text of a policy of the server, of the version that holds (or the latest) unless one is named.',
  async run(args, { write, warn }) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0) return undefined;
    const saved = await getSaved(name);
    const version =
      values.version === undefined ? (saved.active_version ?? saved.latest_version) : Number(values.version);
    const source = await getText(saved, version);
    if (values.out !== undefined) {
      writeFileSync(values.out, source);
      warn(`${name}@${version} is in ${values.out}`);
    }
    if (values.json) write(JSON.stringify({ name, version, source }));
    else if (values.out === undefined) write(source.trimEnd());
    return 0;
  },
};
