import { agentsDrain, agentsPause, agentsResume } from './agents/control.ts';
import { agentsGet, agentsList, agentsVersions } from './agents/read.ts';
import { agentsRollback } from './agents/rollback.ts';
import { agentsSync } from './agents/sync.ts';
import { auditVerify } from './audit/audit.ts';
import type { Command, Output } from './command.ts';
import { doctorGateway } from './doctor/gateway.ts';
import { kill } from './kill/kill.ts';
import { policyBacktest } from './policy/backtest.ts';
import { policyDiff } from './policy/diff.ts';
import { policyExplain } from './policy/explain.ts';
import { policyLint } from './policy/lint.ts';
import { policyPull } from './policy/pull.ts';
import { policyPush } from './policy/push.ts';
import { policyTest } from './policy/test.ts';

const AGENTS = [
  ...[agentsList, agentsGet, agentsVersions, agentsRollback, agentsSync],
  ...[agentsDrain, agentsPause, agentsResume],
];
const POLICIES = [policyLint, policyTest, policyExplain, policyBacktest, policyDiff, policyPush, policyPull];
const COMMANDS: Command[] = [auditVerify, ...POLICIES, kill, doctorGateway, ...AGENTS];

const HELP = `mc: Mission Control on the command line

${COMMANDS.map(({ usage, summary }) => `  ${usage}\n      ${summary}`).join('\n')}

  mc --help
      This.`;

const terminal: Output = {
  write: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
};

/** Runs a command; resolves to the exit code: 0 good, 1 bad, 2 could not be done. */
export async function main(args: string[], output: Output = terminal): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    output.write(HELP);
    return args.length === 0 ? 2 : 0;
  }
  const command = COMMANDS.find(({ name }) => name === args.slice(0, name.split(' ').length).join(' '));
  if (!command) {
    output.warn(`mc: there is no command "${args.join(' ')}". mc --help shows what there is.`);
    return 2;
  }
  try {
    const code = await command.run(args.slice(command.name.split(' ').length), output);
    if (code === undefined) output.warn(`usage: ${command.usage}`);
    return code ?? 2;
  } catch (error) {
    output.warn(`mc: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}
