import type { Context, Platform } from '#server/platform/context.ts';
import type { Header } from '../batches/header.rules.ts';
import { findListPrice } from '../prices/builtin.ts';
import { createScrubber } from '../redaction/scrub.ts';
import { createValueCap } from '../rollups/rollups.rules.ts';
import { createRulesCache } from '../settings/rules-cache.ts';
import type { ReaderScope } from './reader.ts';

/** Clocks that differ by less are left alone: the network explains it. */
const MAX_SKEW_US = 2_000_000;
const DAY_MS = 86_400_000;

/** Gathers what reading a batch needs to know, besides where it comes from. */
export type OpenScope = (
  ctx: Context,
  header: Header,
  from: Pick<ReaderScope, 'source' | 'agents'>,
) => Promise<ReaderScope>;

export function createScopes(platform: Platform): OpenScope {
  const rulesOf = createRulesCache(platform);
  const capValue = createValueCap();
  return async (ctx, header, from) => {
    const { scrub, fullHours } = await rulesOf(ctx.orgId);
    const nowMs = ctx.now().getTime();
    const skew = nowMs * 1_000 - header.sentAt;
    return {
      orgId: ctx.orgId,
      producerId: header.producer,
      now: nowMs * 1_000,
      shift: Math.abs(skew) > MAX_SKEW_US ? skew : 0,
      oldestDay: Math.floor((nowMs - fullHours * 3_600_000) / DAY_MS),
      scrub: createScrubber(scrub),
      findPrice: findListPrice,
      capValue,
      ...from,
    };
  };
}
