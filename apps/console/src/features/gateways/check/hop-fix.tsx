import type { GatewayHop } from '#console/api/contract.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { Snippet } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Facts } from '#console/ui/layout/page.tsx';

/** Why a hop failed, and what to do. */
export function HopFix({ hop: { code, facts, fix } }: { hop: GatewayHop }) {
  const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== '');
  return (
    <div className="grid gap-2.5">
      {fix && (
        <>
          <p className="font-medium">
            <ForeignText text={fix.title} />
          </p>
          {fix.steps.length > 0 && (
            <ol className="grid list-decimal gap-1 pl-5">
              {fix.steps.map((step) => (
                <li key={step} className="break-words">
                  <ForeignText text={step} />
                </li>
              ))}
            </ol>
          )}
          {fix.command && <Snippet label="On the gateway's host" code={fix.command} />}
        </>
      )}
      {shown.length > 0 && (
        <Facts facts={shown.map(([name, value]) => [toWords(name), <ForeignText key={name} text={toText(value)} />])} />
      )}
      {code && <code className="font-mono text-sm text-fg-3">{code}</code>}
    </div>
  );
}

const toText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(toText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
