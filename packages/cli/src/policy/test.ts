import type { Command } from '../command.ts';
import { readPolicies } from './policy-files.ts';

/** `mc policy test`: runs the tests that stand in policies. */
export const policyTest: Command = {
  name: 'policy test',
  usage: 'mc policy test <policy.yaml …> [--json]',
  summary: 'Run the tests that stand in policies. Exits 1 when one fails, or a policy cannot be compiled.',
  async run(args, { write }) {
    const read = readPolicies(args);
    if (!read) return undefined;
    const broken = read.files.filter(({ policy }) => !policy.ir);
    const results = read.files.flatMap(({ path, policy }) => policy.tests.map((test) => ({ path, ...test })));
    const failed = results.filter(({ ok }) => !ok);
    if (read.isJson) write(JSON.stringify(results));
    else {
      for (const { path } of broken) write(`${path}: cannot be compiled; mc policy lint says why`);
      for (const { path, line, name, ok, message } of results)
        write(`${ok ? 'pass' : 'FAIL'} ${path}:${line} ${name}${message ? `: ${message}` : ''}`);
      write(`${results.length - failed.length} passed, ${failed.length} failed`);
    }
    return failed.length === 0 && broken.length === 0 ? 0 : 1;
  },
};
