/**
 * A scenario as documents that a user could have written, with every default: `scenario.resolved.yaml`. Reading it gives the
 * same run.
 */
import { stringify } from "yaml";
import { SCENARIO_API_VERSION } from "./api-version.js";

/** Plain data. */
export interface ResolvedDocument {
  readonly metadata: { readonly name: string; readonly description: string };
  /** The completed specification in the words of its schema. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Kubernetes manifests. */
  readonly manifests: readonly object[];
}

export function resolvedYaml({ metadata, spec, manifests }: ResolvedDocument): string {
  const documents = [{ apiVersion: SCENARIO_API_VERSION, kind: "Scenario", metadata, spec }, ...manifests];
  const options = { aliasDuplicateObjects: false, compat: "yaml-1.1", lineWidth: 0 } as const;
  return documents.map((each) => stringify(each, options)).join("---\n");
}
