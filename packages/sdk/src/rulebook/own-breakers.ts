import type { BreakerIr } from '@mission-control/policy/evaluate';

/** A rule whose breaker blocks tools. */
export interface WatchedRule {
  /** `policy@version:rule`, and the same under every version. */
  ref: string;
  key: string;
  rule: BreakerIr;
}

/** How a call went. */
export interface CallOutcome {
  tool: string;
  isTool: boolean;
  hasFailed: boolean;
  /** Milliseconds. */
  took: number;
}

/**
 * The breakers of one agent by what this process alone has seen: they open at once, where the server's need the reports
 * of everybody. Instants are milliseconds since the epoch.
 */
export interface OwnBreakers {
  /** Counts a call that was made. */
  count: (rules: readonly WatchedRule[], call: CallOutcome, at: number) => void;
  isOpen: (watched: WatchedRule, tool: string, at: number) => boolean;
}

interface Breaker {
  /** Ten seconds each, oldest first. */
  buckets: { t: number; n: number; bad: number }[];
  openUntil: number;
  /** How often it has opened since it was last closed, and how many calls have gone well since it last opened. */
  opened: number;
  proved: number;
}

const BUCKET_MS = 10_000;
const LONGEST_OPEN_MS = 900_000;
/** More than this share of the calls is slower than their 95th percentile may be. */
const SLOW_SHARE = 0.05;

export function createOwnBreakers(): OwnBreakers {
  const breakers = new Map<string, Breaker>();
  const countOne = ({ key, rule }: WatchedRule, call: CallOutcome, at: number): void => {
    const place = toPlace(key, rule, call.tool);
    const breaker = breakers.get(place) ?? { buckets: [], openUntil: 0, opened: 0, proved: 0 };
    breakers.set(place, breaker);
    if (breaker.openUntil > at) return; // it was under way when the breaker opened
    const isBad = rule.watch === 'error_rate' ? call.hasFailed : call.took > rule.over;
    if (breaker.opened > 0) prove(breaker, rule, isBad, at);
    else watch(breaker, rule, isBad, at);
  };
  return {
    count(rules, call, at) {
      for (const watched of rules)
        if (watched.rule.watch !== 'violations' && (call.isTool || watched.rule.scope !== 'tool'))
          countOne(watched, call, at);
    },
    isOpen({ key, rule }, tool, at) {
      return (breakers.get(toPlace(key, rule, tool))?.openUntil ?? 0) > at;
    },
  };
}

const toPlace = (key: string, { scope }: BreakerIr, tool: string): string =>
  scope === 'tool' ? `${key}|${tool}` : key;

function add({ buckets }: Breaker, isBad: boolean, at: number): void {
  const t = at - (at % BUCKET_MS);
  const last = buckets.at(-1);
  const bucket = last?.t === t ? last : { t, n: 0, bad: 0 };
  if (bucket !== last) buckets.push(bucket);
  bucket.n++;
  if (isBad) bucket.bad++;
}

/** Closed: whether too many of the calls within the window are bad. */
function watch(breaker: Breaker, rule: BreakerIr, isBad: boolean, at: number): void {
  add(breaker, isBad, at);
  breaker.buckets = breaker.buckets.filter(({ t }) => t > at - rule.window_ms);
  const n = sum(breaker.buckets.map((bucket) => bucket.n));
  const bad = sum(breaker.buckets.map((bucket) => bucket.bad));
  const limit = rule.watch === 'error_rate' ? rule.over : SLOW_SHARE;
  if (n >= rule.min && bad / n > limit) open(breaker, rule, at);
}

/** Half open: the first calls say whether it closes. */
function prove(breaker: Breaker, rule: BreakerIr, isBad: boolean, at: number): void {
  breaker.proved++;
  if (isBad) open(breaker, rule, at);
  else if (breaker.proved >= rule.probes) breaker.opened = 0;
}

function open(breaker: Breaker, { open_ms }: BreakerIr, at: number): void {
  breaker.openUntil = at + Math.min(open_ms * 2 ** breaker.opened, Math.max(LONGEST_OPEN_MS, open_ms));
  breaker.opened++;
  breaker.proved = 0;
  breaker.buckets = [];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
