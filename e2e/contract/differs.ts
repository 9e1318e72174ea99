/** Where our contract deliberately differs from the base contract: line of the comparison → number in `differs.md`. */
export const DIFFERS: Record<string, string> = {
  'TagUpdate.color: null is refused': 'D26',
  'TagUpdate.name: null is refused': 'D26',
  'TaskCustomFieldDefinitionUpdate.field_type: null is refused': 'D26',
  'TaskCustomFieldDefinitionUpdate.label: null is refused': 'D26',
  'TaskCustomFieldDefinitionUpdate.required: null is refused': 'D26',
  'TaskCustomFieldDefinitionUpdate.ui_visibility: null is refused': 'D26',
};
