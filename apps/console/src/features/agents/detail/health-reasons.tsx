import type { Agent } from '#console/api/contract.ts';
import { Ago } from '#console/ui/data/time.tsx';

/** Why an agent has its colour, in words. */
export function HealthReasons({ reasons }: { reasons: Agent['health_reasons'] }) {
  return reasons.map((reason) => (
    <div key={reason.code} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2.5 last:border-b-0">
      <span className="min-w-0 flex-1 break-words">{reason.text}</span>
      {reason.since && (
        <span className="text-sm text-fg-3">
          since <Ago at={reason.since} />
        </span>
      )}
    </div>
  ));
}
