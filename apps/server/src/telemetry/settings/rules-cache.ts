import type { Platform } from '#server/platform/context.ts';
import { type ScrubRules, toScrubRules } from '../redaction/scrub.ts';
import { getSettings } from './settings.store.ts';

/** How long an organization's settings are believed: every batch asks. */
const BELIEVED_MS = 2_000;

/** What ingest needs of an organization's settings. */
export interface IngestRules {
  scrub: ScrubRules;
  fullHours: number;
}

/** Looks settings up at most every two seconds and compiles them once per version. */
export function createRulesCache(platform: Platform): (orgId: string) => Promise<IngestRules> {
  const believed = new Map<string, { version: number; rules: IngestRules; until: number }>();
  return async (orgId) => {
    const at = platform.now().getTime();
    const known = believed.get(orgId);
    if (known && known.until > at) return known.rules;
    const { settings, version } = await getSettings(platform.db, orgId);
    const rules =
      known?.version === version
        ? known.rules
        : { scrub: toScrubRules(settings), fullHours: settings.retention.full_hours };
    believed.set(orgId, { version, rules, until: at + BELIEVED_MS });
    return rules;
  };
}
