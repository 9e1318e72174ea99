import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const APPROVAL_STATES = ['pending', 'approved', 'rejected'] as const;

/** The inbox's filters, and the approval whose detail is open. */
export interface ApprovalSearch {
  /** Waiting when left out. */
  status?: (typeof APPROVAL_STATES)[number] | undefined;
  board_id?: string | undefined;
  q?: string | undefined;
  id?: string | undefined;
}

export const parseApprovalSearch = (search: RawSearch): ApprovalSearch =>
  compact({
    status: parseChoice(search.status, APPROVAL_STATES),
    board_id: parseText(search.board_id),
    q: parseText(search.q),
    id: parseText(search.id),
  });
