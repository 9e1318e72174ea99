import type { Command } from '../command.ts';
import { readPolicies } from './policy-files.ts';

/** `mc policy lint`: what is wrong with policies, by line and column, with the fix where one is known. */
export const policyLint: Command = {
  name: 'policy lint',
  usage: 'mc policy lint <policy.yaml …> [--json]',
  summary: 'Say what is wrong with policies, with line, column and fix. Exits 1 when there is an error.',
  async run(args, { write }) {
    const read = readPolicies(args);
    if (!read) return undefined;
    const found = read.files.flatMap(({ path, policy }) => policy.findings.map((finding) => ({ path, ...finding })));
    if (read.isJson) write(JSON.stringify(found));
    else
      for (const { path, line, col, severity, code, message, fix } of found)
        write(`${path}:${line}:${col}: ${severity} ${code}: ${message}${fix ? ` (fix: ${fix.title})` : ''}`);
    const errors = found.filter(({ severity }) => severity === 'error').length;
    if (!read.isJson) write(errors === 0 ? 'ok' : `${errors} ${errors === 1 ? 'error' : 'errors'}`);
    return errors === 0 ? 0 : 1;
  },
};
