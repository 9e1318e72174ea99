import type { Approval } from '#console/api/contract.ts';

/** The words of the one who asks. */
export function reasonOf({ payload }: Approval): string | undefined {
  const reason = payload?.reason;
  return typeof reason === 'string' && reason.trim() !== '' ? reason : undefined;
}

/** The command that waits on a gateway. */
function commandOf({ payload }: Approval): string | undefined {
  const command = payload?.command;
  return typeof command === 'string' && command.trim() !== '' ? command : undefined;
}

/** What it is about, in a line: its tasks, else the exact command, else the reason. */
export const toSubject = (approval: Approval): string | undefined =>
  approval.task_titles.join(', ') || (commandOf(approval) ?? reasonOf(approval));

/** What shall be done, as it is asked: of a policy's question the arguments of the call alone. */
export const argumentsOf = ({ kind, payload }: Approval): unknown =>
  kind === 'policy' && payload !== null && 'args' in payload ? (payload.args ?? {}) : (payload ?? {});
