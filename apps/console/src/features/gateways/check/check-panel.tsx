import type { GatewayHop } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { formatDurationUs } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { HopFix } from './hop-fix.tsx';
import { hopLooks, toHopTitle } from './hops.ts';
import { PairingSteps } from './pairing-steps.tsx';
import type { CheckState } from './use-gateway-check.ts';

/** The way to a gateway, hop by hop, with what to do about the first that fails. */
export function CheckPanel({ check }: { check: CheckState }) {
  const { hops, result, error, isRunning, isWaiting } = check;
  return (
    <Panel>
      {hops.length > 0 && (
        <ol>
          {hops.map((hop) => (
            <Hop key={hop.hop} hop={hop} />
          ))}
        </ol>
      )}
      {isRunning && (
        <p role="status" className="flex items-center gap-2.5 px-4 py-2.5 text-fg-2">
          <Mark look={{ tone: 'run', shape: 'target', word: 'Checking' }} />
          Checking…
        </p>
      )}
      {result?.pairing && !result.ok && <PairingSteps pairing={result.pairing} isWaiting={isWaiting} />}
      {error !== undefined && !isWaiting && (
        <Failed what="The check did not run" failure={toFailure(error)} isCompact />
      )}
      {result && !isRunning && <Verdict check={check} />}
    </Panel>
  );
}

function Hop({ hop }: { hop: GatewayHop }) {
  const look = hopLooks[hop.status];
  const isSkipped = hop.status === 'skipped';
  return (
    <li className="grid grid-cols-[10px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b px-4 py-1.5">
      <Mark look={look} label={look.word} />
      <span className={isSkipped ? 'text-fg-3' : undefined}>{toHopTitle(hop.hop)}</span>
      <span className="num text-sm text-fg-3">{isSkipped ? look.word : formatDurationUs(hop.took_ms * 1_000)}</span>
      {(hop.status === 'fail' || hop.status === 'warn') && <HopFix hop={hop} />}
    </li>
  );
}

/** How it ended, said aloud. */
function Verdict({ check: { result, isWaiting } }: { check: CheckState }) {
  if (!result) return null;
  const warnings = result.hops.filter(({ status }) => status === 'warn').length;
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <MarkedWord
        className="font-medium"
        look={
          result.ok
            ? { ...hopLooks.ok, word: warnings > 0 ? 'Connected, with warnings' : 'Connected' }
            : { ...hopLooks.fail, word: isWaiting ? 'Not yet: checked again by itself' : 'Not connected' }
        }
      />
      {result.server_version && (
        <span className="text-fg-2">
          OpenClaw <ForeignText text={result.server_version} />
        </span>
      )}
      {result.protocol !== null && <span className="num text-fg-2">protocol {result.protocol}</span>}
    </div>
  );
}
