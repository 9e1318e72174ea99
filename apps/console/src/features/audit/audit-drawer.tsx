import type { AuditEntry } from '#console/api/contract.ts';
import { formatCount, NONE } from '#console/lib/format/numbers.ts';
import { formatExact } from '#console/lib/format/time.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';

interface AuditDrawerProps {
  /** Undefined while it is not among the loaded entries. */
  entry: AuditEntry | undefined;
  onClose: () => void;
}

/** One entry: what is sealed, and the hashes that seal it. */
export function AuditDrawer({ entry, onClose }: AuditDrawerProps) {
  return (
    <Drawer title={entry?.action ?? 'Entry'} onClose={onClose}>
      {entry ? (
        <Detail entry={entry} />
      ) : (
        <p className="px-5 py-4 text-fg-2">It is not among the loaded entries. Scroll on, or widen the filters.</p>
      )}
    </Drawer>
  );
}

function Detail({ entry }: { entry: AuditEntry }) {
  const { hash, prev_hash, ...record } = entry;
  const text = (value: string | null) => (value === null ? NONE : <ForeignText text={value} />);
  return (
    <div className="grid grid-cols-1 gap-4 px-5 py-4">
      <Facts
        facts={[
          ['Entry', formatCount(entry.seq)],
          [
            'When',
            <span key="at" title={formatExact(Date.parse(entry.timestamp))}>
              {entry.timestamp} <Ago at={entry.timestamp} className="text-fg-3" />
            </span>,
          ],
          ['Person', text(entry.user)],
          ['Agent', text(entry.agent)],
          ['Result', text(entry.result)],
          ['Policy', text(entry.policy)],
          ['Address', text(entry.ip)],
          ['Request', entry.request_id ? <Identifier key="request" id={entry.request_id} isWhole /> : NONE],
        ]}
      />
      <Section title="Record">
        <JsonTree value={record} label="Record" />
      </Section>
      <Section title="Seal">
        <Facts
          facts={[
            ['Hash', <Identifier key="hash" id={hash} isWhole />],
            ['Entry before', <Identifier key="before" id={prev_hash} isWhole />],
          ]}
        />
      </Section>
    </div>
  );
}
