import { createHash } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy/canonical';

/** What an approval is bound to: SHA-256 of the canonical JSON (RFC 8785), hex. */
export const hashArguments = (actionType: string, taskIds: string[], args: unknown): string =>
  createHash('sha256')
    .update(canonicalJson({ action_type: actionType, task_ids: taskIds, args }))
    .digest('hex');
