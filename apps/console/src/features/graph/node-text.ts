import type { GraphEdge, GraphNode } from '#console/api/contract.ts';
import { formatDurationUs, formatShare, NONE } from '#console/lib/format/numbers.ts';

/** What a node is called; one that may not be read has no name. */
export function toName(node: Pick<GraphNode, 'kind' | 'slug' | 'members'>): string {
  if (node.kind === 'restricted') return `Restricted (${node.members})`;
  if (node.kind === 'group') return `${node.slug} (${node.members})`;
  return node.slug ?? NONE;
}

export const formatMs = (ms: number | null): string => (ms === null ? NONE : formatDurationUs(ms * 1_000));

export const formatRate = (rate: number | null): string => (rate === null ? NONE : formatShare(rate));

export const formatPerMin = (perMin: number): string => `${perMin < 10 ? perMin.toFixed(1) : Math.round(perMin)}/min`;

/** Why an edge has its colour, in words. */
export function explainEdge(edge: GraphEdge): string {
  const { status, calls, errors, attempts_per_call, base_attempts, p95_ms, base_p95_ms } = edge;
  if (status === 'grey') return edge.is_unused ? 'Declared, and not called for 14 days.' : 'Not called in this window.';
  if (status === 'green') return 'As usual.';
  const reasons = [
    errors > 0 ? `${formatShare(errors / calls)} of the calls failed.` : '',
    attempts_per_call !== null && attempts_per_call >= 2 * base_attempts
      ? `${attempts_per_call.toFixed(1)} tries per call; ${base_attempts.toFixed(1)} is usual.`
      : '',
    p95_ms !== null && base_p95_ms !== null && p95_ms >= 2 * base_p95_ms
      ? `It takes ${formatMs(p95_ms)}; ${formatMs(base_p95_ms)} is usual.`
      : '',
  ].filter((reason) => reason !== '');
  return reasons.join(' ') || 'A circuit breaker of the callee is open.';
}
