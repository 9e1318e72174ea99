import type { ApprovalFilters } from '#console/api/queries/work/approvals.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const APPROVAL_STATES = ['pending', 'mine', 'approved', 'rejected'] as const;
export const APPROVAL_KINDS = ['board', 'policy', 'gateway_exec', 'change'] as const;
export const CONFIDENCES = ['low', 'medium', 'high'] as const;

/** The inbox's filters, and the approval whose detail is open. */
export interface ApprovalSearch {
  /** Waiting when left out; `mine` are those that wait for the caller. */
  status?: (typeof APPROVAL_STATES)[number] | undefined;
  board_id?: string | undefined;
  group_id?: string | undefined;
  kind?: (typeof APPROVAL_KINDS)[number] | undefined;
  action_type?: string | undefined;
  confidence?: (typeof CONFIDENCES)[number] | undefined;
  q?: string | undefined;
  id?: string | undefined;
}

export const parseApprovalSearch = (search: RawSearch): ApprovalSearch =>
  compact({
    status: parseChoice(search.status, APPROVAL_STATES),
    board_id: parseText(search.board_id),
    group_id: parseText(search.group_id),
    kind: parseChoice(search.kind, APPROVAL_KINDS),
    action_type: parseText(search.action_type),
    confidence: parseChoice(search.confidence, CONFIDENCES),
    q: parseText(search.q),
    id: parseText(search.id),
  });

const ranges: Record<(typeof CONFIDENCES)[number], Pick<ApprovalFilters, 'confidence_from' | 'confidence_below'>> = {
  low: { confidence_below: 50 },
  medium: { confidence_from: 50, confidence_below: 80 },
  high: { confidence_from: 80 },
};

/** What the server is asked for: what waits stands in the order in which it runs out. */
export function toFilters({ status = 'pending', confidence, id: _open, ...same }: ApprovalSearch): ApprovalFilters {
  const isWaiting = status === 'pending' || status === 'mine';
  return compact({
    ...same,
    ...(confidence && ranges[confidence]),
    status: status === 'mine' ? 'pending' : status,
    mine: status === 'mine' || undefined,
    sort: isWaiting ? ('expires_at' as const) : undefined,
  });
}
