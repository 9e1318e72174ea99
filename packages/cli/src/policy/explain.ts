import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Call, createEngine } from '@mission-control/policy/evaluate';
import { compilePolicy } from '@mission-control/policy/language';
import type { Command } from '../command.ts';

const OPTIONS = {
  tool: { type: 'string' },
  args: { type: 'string', default: '{}' },
  context: { type: 'string', default: '{}' },
  json: { type: 'boolean', default: false },
} as const;

/** `mc policy explain`: what a policy says of one call, stage by stage, as if it were enforced. */
export const policyExplain: Command = {
  name: 'policy explain',
  usage: `mc policy explain <policy.yaml> --tool <name> [--args '{"amount": 9}'] [--context '{"confidence": 0.4}'] [--json]`,
  summary: 'Say what a policy decides about a call, and by which line.',
  async run(args, { write, warn }) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0 || values.tool === undefined) return undefined;
    const { ir, findings } = compilePolicy(readFileSync(path, 'utf8'), { id: path, version: 1, now: new Date() });
    if (!ir) {
      warn(`${path} cannot be compiled: ${findings[0]?.message ?? ''} mc policy lint says more.`);
      return 2;
    }
    const rules = ir.rules.map((rule) => ({ ...rule, mode: 'enforce' as const }));
    const call: Call = {
      ...{ kind: 'tool', name: values.tool },
      ...{ args: JSON.parse(values.args), ctx: JSON.parse(values.context) },
    };
    const decision = createEngine({ policies: [{ ...ir, rules }] }).explain(call, { at: Date.now() });
    if (values.json) write(JSON.stringify(decision));
    else {
      write(`${decision.verdict} (${decision.decided_by ?? 'nothing is against it'})`);
      for (const { rule, line, verdict, code, failed } of decision.matched) {
        write(`  ${verdict} by ${rule}, line ${line}: ${code}`);
        for (const { path: at, op, expected, actual } of failed)
          write(`    ${at} must be ${op} ${JSON.stringify(expected)}, and is ${JSON.stringify(actual) ?? 'missing'}`);
      }
    }
    return 0;
  },
};
