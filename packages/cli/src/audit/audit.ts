import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from '../command.ts';
import { verifyExport } from './verify.ts';

/** `mc audit verify <export.ndjson>`; `-` reads standard input. */
export const auditVerify: Command = {
  name: 'audit verify',
  usage: 'mc audit verify <export.ndjson | ->',
  summary: 'Check the chain of hashes of an exported audit trail. Exits 1 at the first entry that does not fit.',
  async run([path, ...rest], { write }) {
    if (path === undefined || rest.length > 0) return undefined;
    const input = path === '-' ? process.stdin : createReadStream(path);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    const { fault, checked, withoutContent, organization, first, last } = await verifyExport(lines);
    if (fault) {
      write(`bad: entry ${fault.seq}: ${fault.kind}. ${fault.detail} ${checked} before it are good.`);
      return 1;
    }
    const range = checked > 0 ? `, ${first} to ${last}` : '';
    const stubs = withoutContent > 0 ? ` (${withoutContent} of them hashes only, left out by the filter)` : '';
    write(`ok: ${checked} entries${range}${stubs}, of ${organization}`);
    return 0;
  },
};
