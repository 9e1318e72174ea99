import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { ApprovalDelegationRead } from './delegations.schema.ts';

const delegationEvent = (type: string) =>
  defineEvent({
    type,
    subject: 'approval_delegation',
    schema: z.object({ delegation: ApprovalDelegationRead }),
    audit: ({ delegation: { id, from, to, group_ids, from_at, until } }) => ({
      delegation_id: id,
      from_user_id: from.id,
      to_user_id: to.id,
      group_ids,
      from_at,
      until,
    }),
  });

export const delegationCreated = delegationEvent('approval_delegation.created');
export const delegationDeleted = delegationEvent('approval_delegation.deleted');
