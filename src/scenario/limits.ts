/**
 * Limits on the input. Each exists so that a hostile or mistaken file ends in a message instead of an exhausted machine;
 * whoever hits one is told its name and value.
 */
export const LIMITS = {
  /** Characters of one file. */
  fileCharacters: 16 * 1024 * 1024,
  /** Files of one load. */
  files: 10_000,
  /** Documents of one file. */
  documents: 20_000,
  /** Levels of mappings and lists within each other, aliases and merge keys resolved. */
  nesting: 64,
  /** Keys of one mapping. */
  keys: 20_000,
  /** Values in one document once its aliases are expanded. */
  values: 1_000_000,
  /** Of these, values that come from aliases. */
  aliasedValues: 100_000,
  /** Syntax errors that are told of one file. */
  syntaxErrors: 25,
  /** Kubernetes objects of one load. */
  objects: 100_000,
  /** Pods that the Deployments, ReplicaSets and Pods of one load ask for. */
  pods: 200_000,
} as const;
