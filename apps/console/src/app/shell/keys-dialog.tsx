import { Kbd } from '#console/ui/control/kbd.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { allPages } from './navigation.ts';

const groups: readonly { label: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    label: 'Anywhere',
    keys: [
      ['Ctrl K', 'Search agents, runs and pages'],
      ['/', 'Filter this list'],
      ['?', 'This help'],
      ['Shift K', 'The kill switch'],
      ['Esc', 'Close, or leave a field'],
      ...allPages.map(({ key, label }) => [`g ${key}`, label] as const),
    ],
  },
  {
    label: 'Lists',
    keys: [
      ['j', 'Next row'],
      ['k', 'Previous row'],
      ['Enter', 'Open the row'],
      ['x', 'Choose the row, with Shift up to it'],
      ['p', 'Pause or follow the live list'],
    ],
  },
  {
    label: 'Approvals',
    keys: [
      ['a', 'Approve what is open or chosen'],
      ['r', 'Reject it'],
    ],
  },
  {
    label: 'A run',
    keys: [
      ['1 – 5', 'Trace, Reasoning, Messages, Decisions, Checkpoints'],
      ['↑ ↓', 'Previous and next step'],
      ['← →', 'Fold and unfold'],
      ['e', 'Next error'],
      ['v', 'Next blocked call'],
    ],
  },
];

/** Which keys do what. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose} width="wide">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.label}>
            <h3 className="mb-1.5 text-sm text-fg-3">{group.label}</h3>
            <dl className="grid gap-1.5">
              {group.keys.map(([keys, action]) => (
                <div key={keys} className="flex items-center justify-between gap-4">
                  <dt>{action}</dt>
                  <dd className="flex gap-1">
                    {keys.split(' ').map((key) => (key === '–' ? '–' : <Kbd key={key}>{key}</Kbd>))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
