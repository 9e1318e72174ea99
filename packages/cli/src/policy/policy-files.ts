import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CompiledPolicy, compilePolicy } from '@mission-control/policy/language';

export interface PolicyFile {
  path: string;
  text: string;
  policy: CompiledPolicy;
}

/** Compiles the files that are named; undefined when none is. `-` is standard input. */
export function readPolicies(args: string[]): { files: PolicyFile[]; isJson: boolean } | undefined {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length === 0) return undefined;
  const now = new Date();
  const files = positionals.map((path) => {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    return { path, text, policy: compilePolicy(text, { id: path, version: 1, now }) };
  });
  return { files, isJson: values.json ?? false };
}
