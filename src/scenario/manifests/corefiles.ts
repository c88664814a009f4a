/**
 * The Corefile of the cluster's DNS among the manifests: the key `Corefile` of kube-system/coredns, or of another ConfigMap
 * there that says it is CoreDNS's. Any other Corefile is the data of an application.
 */
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

const NAMESPACE = "kube-system";
const COREDNS = "coredns";
/** NodeLocal DNSCache keeps its Corefile so, in its own manifest and in that of kubespray. */
const NODE_LOCAL = ["node-local-dns", "nodelocaldns"];
/** Where distributions that call the ConfigMap otherwise (rke2-coredns-rke2-coredns) say what it is. */
const KUBE_DNS_LABEL = "k8s-app";
const KUBE_DNS = "kube-dns";

interface Candidate extends ManifestCorefile {
  readonly name: string;
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
    const namespace = root.at("metadata", "namespace").text("default");
    const looksLikeCoreDns = name.includes(COREDNS) || root.at("metadata", "labels", KUBE_DNS_LABEL).value === KUBE_DNS;
    if (namespace === NAMESPACE && NODE_LOCAL.includes(name)) {
      field.warn("the Corefile of NodeLocal DNSCache is not read", "the verdict may differ", true);
    } else if (namespace !== NAMESPACE || !looksLikeCoreDns) warnOfForeign(field, namespace, name, looksLikeCoreDns);
    else if (typeof field.value !== "string") {
      field.error("a Corefile must be text", "write it as a block: Corefile: |");
    } else {
      const text = field.value;
      const locate = ({ line, column }: CorefilePosition) => document.locateWithin(COREFILE_PATH, text, line, column);
      this.#candidates.push({ text, locate, name, field });
    }
  }

  /** The one that CoreDNS runs with; null when there is none. */
  choose(): ManifestCorefile | null {
    const chosen = this.#candidates.find(({ name }) => name === COREDNS) ?? this.#candidates[0];
    if (chosen === undefined) return null;
    for (const other of this.#candidates) {
      if (other === chosen) continue;
      if (chosen.name === COREDNS && other.name !== COREDNS) {
        const message = `this Corefile is not used: CoreDNS runs with that of ${NAMESPACE}/${COREDNS}`;
        other.field.warn(message, "", true);
      } else {
        const message = `a second Corefile: the first is that of ${NAMESPACE}/${chosen.name}`;
        other.field.error(message, `call the one in use ${NAMESPACE}/${COREDNS}`);
      }
    }
    return chosen;
  }
}

/** Many applications ship name servers of their own, or test data: what their pods serve is nothing that clients ask. */
function warnOfForeign(field: Field, namespace: string, name: string, looksLikeCoreDns: boolean): void {
  const message = `the Corefile of ${namespace}/${name} is not that of the cluster's DNS, and is left out`;
  field.warn(message, `CoreDNS reads the ConfigMap ${NAMESPACE}/${COREDNS}`, looksLikeCoreDns);
}

/** The ConfigMap that gives CoreDNS a Corefile. */
export function corefileManifest(text: string): object {
  const metadata = { name: "coredns", namespace: "kube-system" };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: text } };
}
