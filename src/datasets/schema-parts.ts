/** A text of at most 10,000 characters. */
export const text = (description: string) => ({
  type: 'string',
  minLength: 1,
  maxLength: 10_000,
  description,
});
/** A list of at least one item. */
export const list = (description: string, items: object) => ({
  type: 'array',
  minItems: 1,
  description,
  items,
});
/** Members with these names and no others. */
export const object = (required: readonly string[], properties: Record<string, object>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
