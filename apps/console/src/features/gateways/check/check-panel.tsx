import type { ReactNode } from 'react';
import type { GatewayHop } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { formatDurationUs } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { HopFix } from './hop-fix.tsx';
import { hopLooks, isReached, toHopTitle } from './hops.ts';
import { PairingSteps } from './pairing-steps.tsx';
import type { CheckState } from './use-gateway-check.ts';

/** The way to a gateway, hop by hop, with what to do about the first that fails. */
export function CheckPanel({ check }: { check: CheckState }) {
  const { hops, result, error, isRunning, isWaiting } = check;
  const tried = hops.filter(({ status }) => status !== 'skipped');
  const skipped = hops.filter(({ status }) => status === 'skipped');
  return (
    <Panel>
      {hops.length > 0 && (
        <ol>
          {tried.map((hop) => (
            <Hop key={hop.hop} hop={hop}>
              {hop.hop === 'pairing' && result?.pairing && !result.ok && (
                <PairingSteps pairing={result.pairing} isWaiting={isWaiting} />
              )}
            </Hop>
          ))}
          {result && skipped.length > 0 && <NotTried hops={skipped} isOk={result.ok} />}
        </ol>
      )}
      {isRunning && (
        <p role="status" className="flex items-center gap-2.5 px-4 py-2.5 text-fg-2">
          <Mark look={{ tone: 'run', shape: 'target', word: 'Checking' }} />
          Checking…
        </p>
      )}
      {error !== undefined && !isWaiting && (
        <Failed what="The check did not run" failure={toFailure(error)} isCompact />
      )}
      {result && !isRunning && <Verdict check={check} />}
    </Panel>
  );
}

/** One hop; what stands inside takes the place of its fix. */
function Hop({ hop, children }: { hop: GatewayHop; children: ReactNode }) {
  const look = hopLooks[hop.status];
  const isPassed = hop.status === 'ok';
  return (
    <li className="grid grid-cols-[10px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b px-4 py-1.5">
      <Mark look={look} label={look.word} />
      <span className={isPassed ? undefined : 'font-medium'}>{toHopTitle(hop.hop)}</span>
      <span className="num text-sm text-fg-3">{hop.took_ms < 1 ? '<1 ms' : formatDurationUs(hop.took_ms * 1_000)}</span>
      {!isPassed && <div className="col-start-2 col-end-4 py-2">{children || <HopFix hop={hop} />}</div>}
    </li>
  );
}

/** Hops that waited for one before them, or that are walked on request only. */
function NotTried({ hops, isOk }: { hops: readonly GatewayHop[]; isOk: boolean }) {
  return (
    <li className="flex items-baseline gap-2.5 border-b px-4 py-1.5 text-fg-3">
      <Mark look={hopLooks.skipped} />
      <span>
        {isOk ? 'On request only' : 'Not tried yet'}: {hops.map(({ hop }) => toHopTitle(hop)).join(', ')}
      </span>
    </li>
  );
}

/** How it ended, said aloud. */
function Verdict({ check: { result, isWaiting } }: { check: CheckState }) {
  if (!result) return null;
  const hasWarnings = result.hops.some(({ status }) => status === 'warn');
  const look = result.ok
    ? { ...hopLooks.ok, word: hasWarnings ? 'Connected, with warnings' : 'Connected' }
    : isWaiting
      ? { ...hopLooks.warn, word: 'Not yet: it is checked again by itself' }
      : { ...hopLooks.fail, word: isReached(result) ? 'Reached, but something is not in order' : 'Not connected' };
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <MarkedWord className="font-medium" look={look} />
      {result.server_version && (
        <span className="text-fg-2">
          OpenClaw <ForeignText text={result.server_version} />
        </span>
      )}
      {result.protocol !== null && <span className="num text-fg-2">protocol {result.protocol}</span>}
    </div>
  );
}
