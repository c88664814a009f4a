/** The Corefile among the manifests: a ConfigMap with the key `Corefile`, coredns in kube-system before any other. */
import type { CorefilePosition } from "../../dns/corefile/corefile.js";
import type { Location, Report } from "../diagnostic.js";
import { Field } from "../documents/field.js";
import type { SourceDocument } from "../documents/source-document.js";

/** Path of a Corefile within its ConfigMap. */
export const COREFILE_PATH = ["data", "Corefile"] as const;

export interface ManifestCorefile {
  readonly text: string;
  /** Where a place of the text stands. */
  locate(position: CorefilePosition): Location;
}

const COREDNS = "kube-system/coredns";
/** NodeLocal DNSCache keeps its Corefile so, in its own manifest and in that of kubespray. */
const NODE_LOCAL = ["node-local-dns", "nodelocaldns"];

interface Candidate extends ManifestCorefile {
  /** namespace/name of the ConfigMap. */
  readonly owner: string;
  readonly field: Field;
}

export class ManifestCorefiles {
  readonly #candidates: Candidate[] = [];

  /** Notes the Corefile of a document, if it has one. */
  add(document: SourceDocument, report: Report): void {
    if (document.kind !== "ConfigMap") return;
    const root = Field.root(document, report);
    const field = root.at(...COREFILE_PATH);
    if (!field.present) return;
    const name = root.at("metadata", "name").text();
    if (NODE_LOCAL.includes(name)) {
      field.warn("the Corefile of NodeLocal DNSCache is not read", "the verdict may differ", true);
    } else if (typeof field.value !== "string")
      field.error("a Corefile must be text", "write it as a block: Corefile: |");
    else {
      const text = field.value;
      const owner = `${root.at("metadata", "namespace").text("default")}/${name}`;
      const locate = ({ line, column }: CorefilePosition) => document.locateWithin(COREFILE_PATH, text, line, column);
      this.#candidates.push({ text, locate, owner, field });
    }
  }

  /** The one that CoreDNS runs with; null when there is none. */
  choose(): ManifestCorefile | null {
    const chosen = this.#candidates.find(({ owner }) => owner === COREDNS) ?? this.#candidates[0];
    if (chosen === undefined) return null;
    for (const other of this.#candidates) {
      if (other === chosen) continue;
      if (chosen.owner === COREDNS && other.owner !== COREDNS) {
        other.field.warn(`this Corefile is not used: CoreDNS runs with that of ${COREDNS}`, "", true);
      } else
        other.field.error(`a second Corefile: the first is that of ${chosen.owner}`, `call the one in use ${COREDNS}`);
    }
    return chosen;
  }
}

/** The ConfigMap that gives CoreDNS a Corefile. */
export function corefileManifest(text: string): object {
  const metadata = { name: "coredns", namespace: "kube-system" };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: text } };
}
