import { useState } from 'react';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { CheckPanel } from './check-panel.tsx';
import { useGatewayCheck } from './use-gateway-check.ts';

/** Checks the way to a saved gateway when somebody asks, and on request what agents need of it. */
export function ConnectionCheck({ gatewayId }: { gatewayId: string }) {
  const { check, start } = useGatewayCheck();
  const [isDeep, setDeep] = useState(false);
  return (
    <Section
      title="Connection"
      aside={
        <Button
          isSmall
          isBusy={check.isRunning}
          onClick={() => start({ gateway_id: gatewayId, reach_back: isDeep, round_trip: isDeep })}
        >
          Check it now
        </Button>
      }
    >
      <div className="grid gap-3">
        <Check
          label="Let its host call this server, and an agent answer one word"
          hint="Takes up to a minute, and costs one call of the agent’s model."
          isChecked={isDeep}
          onChange={setDeep}
        />
        {check.request ? (
          <CheckPanel check={check} />
        ) : (
          <Panel className="px-4 py-3 text-fg-2">
            A check goes the whole way, from the address to the model of the agents, and says what to do about the first
            step that fails.
          </Panel>
        )}
      </div>
    </Section>
  );
}
