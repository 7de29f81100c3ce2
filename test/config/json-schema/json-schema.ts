/** As much of JSON Schema as the schema of a configuration has. */
export interface JsonSchema {
  description?: string;
  default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: "object" | "array" | "string" | "boolean" | "number" | "integer";
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly examples?: readonly unknown[];
  readonly minProperties?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}
