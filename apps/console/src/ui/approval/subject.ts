import type { Approval } from '#console/api/contract.ts';

/** The words of the one who asks. */
export function reasonOf({ payload }: Approval): string | undefined {
  const reason = payload?.reason;
  return typeof reason === 'string' && reason.trim() !== '' ? reason : undefined;
}

/** What it is about, in a line: its tasks, else the reason. */
export const toSubject = (approval: Approval): string | undefined =>
  approval.task_titles.join(', ') || reasonOf(approval);
