import type { Approval } from '#console/api/contract.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '../data/foreign-text.tsx';
import { Mark, type StateLook } from '../state/mark.tsx';
import { toPlaces } from './places.ts';

const yes: StateLook = { tone: 'ok', shape: 'dot', word: 'Agreed' };
const open: StateLook = { tone: 'warn', shape: 'ring', word: 'Not yet' };

interface VoicesProps {
  approval: Approval;
  /** Names of departments by id. */
  groups: ReadonlyMap<string, string>;
}

/** How many have agreed, and who is still needed. */
export function Voices({ approval, groups }: VoicesProps) {
  const { approvals_given: given, required_approvals: required, status } = approval;
  const places = toPlaces(approval);
  const missing = status === 'pending' ? Math.max(required - given, 0) : 0;
  return (
    <div className="grid gap-1">
      <span>
        <span className="num">
          {given} of {required}
        </span>
        {missing > 0 &&
          `, ${plural(missing, places.length > 0 ? 'department' : 'person', toMany(places.length))} needed`}
      </span>
      {places.map(({ groupId, saidYes }) => (
        <span key={groupId} className="flex items-center gap-2">
          <Mark look={saidYes ? yes : open} label={saidYes ? yes.word : open.word} />
          <ForeignText text={groups.get(groupId) ?? 'A department you cannot see'} />
          {saidYes && (
            <span className="text-fg-3">
              <ForeignText text={saidYes} />
            </span>
          )}
        </span>
      ))}
    </div>
  );
}

const toMany = (places: number) => (places > 0 ? 'departments' : 'people');
