import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { CustomField } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { customFieldsQuery } from '#console/api/queries/work/custom-fields.ts';
import { findEdited } from '#console/lib/edit-search.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { FieldDialog } from './field-dialog.tsx';
import { FIELD_TYPES } from './field-values.ts';

const route = getRouteApi('/frame/custom-fields');

/** What tasks hold besides title and text. */
export function CustomFieldsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(customFieldsQuery);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const fields = list.data ?? [];
  const edited = isAdmin ? findEdited(fields, search) : undefined;
  const edit = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { edit: id } });
  return (
    <>
      <PageHead
        title="Custom fields"
        actions={
          isAdmin && (
            <Button tone="primary" icon={Plus} onClick={() => edit('new')}>
              New field
            </Button>
          )
        }
      />
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The fields could not be loaded"
          isEmpty={fields.length === 0}
          empty={
            <Empty title="No field yet">
              <p>
                A field gives tasks of the boards you choose a typed value: a budget, a customer, a deadline of law.
              </p>
            </Empty>
          }
        >
          <FieldsTable fields={fields} onEdit={isAdmin ? ({ id }) => edit(id) : undefined} />
        </ListStates>
      </div>
      {edited !== undefined && <FieldDialog field={edited} onClose={() => edit(undefined)} />}
    </>
  );
}

interface FieldsTableProps {
  fields: readonly CustomField[];
  onEdit: ((field: CustomField) => void) | undefined;
}

function FieldsTable({ fields, onEdit }: FieldsTableProps) {
  const name = (field: CustomField) => <FieldName field={field} onEdit={onEdit} />;
  const columns: readonly Column<CustomField>[] = [
    { id: 'label', header: 'Field', track: 'minmax(140px, 1fr)', cell: name },
    { id: 'key', header: 'Key', track: 'minmax(100px, 1fr)', cell: ({ field_key }) => <code>{field_key}</code> },
    { id: 'type', header: 'Type', track: '112px', cell: ({ field_type }) => typeWord(field_type) },
    { id: 'required', header: 'Required', track: '80px', from: 640, cell: ({ required }) => (required ? 'yes' : 'no') },
    { id: 'boards', header: 'Boards', track: '72px', align: 'end', cell: ({ board_ids }) => board_ids.length },
  ];
  return <DataTable label="Custom fields" rows={fields} rowKey={idOf} columns={columns} card={name} />;
}

const idOf = ({ id }: CustomField) => id;

const typeWord = (type: CustomField['field_type']) => FIELD_TYPES.find(({ value }) => value === type)?.label ?? type;

function FieldName({ field, onEdit }: { field: CustomField; onEdit: ((field: CustomField) => void) | undefined }) {
  if (!onEdit)
    return (
      <span className="font-medium">
        <ForeignText text={field.label} />
      </span>
    );
  return (
    <button type="button" data-row-link onClick={() => onEdit(field)} className="touch font-medium hover:text-accent">
      <ForeignText text={field.label} />
    </button>
  );
}
