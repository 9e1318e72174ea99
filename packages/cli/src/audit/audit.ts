import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { verifyExport } from './verify.ts';

/** `mc audit verify <export.ndjson>`; `-` reads standard input. With `--key` the signed heads count, too. */
export const auditVerify: Command = {
  name: 'audit verify',
  usage: 'mc audit verify <export.ndjson | -> [--key <public.pem> [--heads <heads.ndjson>]]',
  summary: 'Check the chain of hashes of an exported audit trail. Exits 1 at the first entry that does not fit.',
  async run(args, { write }) {
    const { path, anchors, isRight } = readArguments(args);
    if (!isRight || path === undefined) return undefined;
    const input = path === '-' ? process.stdin : createReadStream(path);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    const { fault, checked, withoutContent, anchored, organization, first, last } = await verifyExport(lines, anchors);
    if (fault) {
      write(`bad: entry ${fault.seq}: ${fault.kind}. ${fault.detail} ${checked} before it are good.`);
      return 1;
    }
    const range = checked > 0 ? `, ${first} to ${last}` : '';
    const stubs = withoutContent > 0 ? ` (${withoutContent} of them hashes only, left out by the filter)` : '';
    const signed = anchors ? `, ${anchored} of them named by signed heads` : '';
    write(`ok: ${checked} entries${range}${stubs}, of ${organization}${signed}`);
    return 0;
  },
};

function readArguments(args: string[]) {
  const options = { key: { type: 'string' }, heads: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { key, heads } = values;
  const anchors = key && {
    key: readFileSync(key, 'utf8'),
    heads: heads === undefined ? [] : readFileSync(heads, 'utf8').split('\n'),
  };
  return {
    path: positionals[0],
    anchors: anchors || undefined,
    isRight: positionals.length === 1 && (heads === undefined || key !== undefined),
  };
}
