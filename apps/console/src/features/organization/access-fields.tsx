import { useQuery } from '@tanstack/react-query';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { Check } from '#console/ui/control/check.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';

/** What somebody may reach: every board, or some. Write implies read. */
export interface AccessValues {
  all: 'none' | 'read' | 'write';
  boards: Record<string, 'read' | 'write'>;
}

/** What the server takes for these values. */
export const toAccess = ({ all, boards }: AccessValues) => ({
  all_boards_read: all !== 'none',
  all_boards_write: all === 'write',
  board_access:
    all === 'none'
      ? Object.entries(boards).map(([board_id, level]) => ({ board_id, can_read: true, can_write: level === 'write' }))
      : [],
});

interface AccessFieldsProps {
  values: AccessValues;
  onChange: (values: AccessValues) => void;
}

/** Which boards somebody may read and change. */
export function AccessFields({ values, onChange }: AccessFieldsProps) {
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const setBoard = (id: string, level: 'read' | 'write' | undefined) => {
    const { [id]: _, ...rest } = values.boards;
    onChange({ ...values, boards: level ? { ...rest, [id]: level } : rest });
  };
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">Boards</legend>
      <Check
        label="Reads all boards"
        isChecked={values.all !== 'none'}
        onChange={(isOn) => onChange({ ...values, all: isOn ? 'read' : 'none' })}
      />
      <Check
        label="Changes all boards"
        isChecked={values.all === 'write'}
        onChange={(isOn) => onChange({ ...values, all: isOn ? 'write' : 'read' })}
      />
      {values.all === 'none' && boards.length > 0 && (
        <div className="grid max-h-52 gap-1 overflow-y-auto rounded border px-3 py-2">
          {boards.map(({ id, name }) => (
            <div key={id} className="flex flex-wrap items-center gap-x-4">
              <span className="min-w-0 flex-1 truncate">
                <ForeignText text={name} />
              </span>
              <Check
                label="reads"
                isChecked={values.boards[id] !== undefined}
                onChange={(isOn) => setBoard(id, isOn ? 'read' : undefined)}
              />
              <Check
                label="changes"
                isChecked={values.boards[id] === 'write'}
                onChange={(isOn) => setBoard(id, isOn ? 'write' : 'read')}
              />
            </div>
          ))}
        </div>
      )}
    </fieldset>
  );
}
