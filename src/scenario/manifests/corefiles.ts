/**
 * The Corefile of the cluster's DNS among the manifests: the key `Corefile` of kube-system/coredns, or of another ConfigMap
 * there that says it is CoreDNS's. Any other Corefile is the data of an application. What else stands in that ConfigMap are
 * the files beside the Corefile (NodeHosts of k3s), and coredns-custom is a folder below (AKS, k3s).
 */
import type { CorefileFiles, CorefilePosition } from "../../dns/corefile/corefile.js";
import { COREFILE_FOLDER } from "../../dns/corefile/import-files.js";
import type { Location, Report } from "../diagnostic.js";
import { Field } from "../documents/field.js";
import type { SourceDocument } from "../documents/source-document.js";
import { isPlainObject } from "../documents/value.js";

/** Path of a Corefile within its ConfigMap. */
export const COREFILE_PATH = ["data", "Corefile"] as const;

export interface ManifestCorefile {
  readonly text: string;
  /** By absolute path. */
  readonly files: CorefileFiles;
  /** Where a place of the text, or of one of the files, stands. */
  locate(position: CorefilePosition): Location;
}

const NAMESPACE = "kube-system";
const COREDNS = "coredns";
const CUSTOM = "coredns-custom";
const CUSTOM_FOLDER = `${COREFILE_FOLDER}custom/`;
/** NodeLocal DNSCache keeps its Corefile so, in its own manifest and in that of kubespray. */
const NODE_LOCAL = ["node-local-dns", "nodelocaldns"];
/** Where distributions that call the ConfigMap otherwise (rke2-coredns-rke2-coredns) say what it is. */
const KUBE_DNS_LABEL = "k8s-app";
const KUBE_DNS = "kube-dns";

interface Candidate {
  readonly name: string;
  readonly document: SourceDocument;
  readonly field: Field;
}

/** A file, and the ConfigMap that it is a key of. */
interface ConfigFile {
  readonly document: SourceDocument;
  readonly key: string;
  readonly text: string;
}

export class ManifestCorefiles {
  readonly #candidates: Candidate[] = [];
  #custom: SourceDocument | null = null;
  #customField: Field | null = null;

  /** Notes the Corefile of a document, if it has one. */
  add(document: SourceDocument, report: Report): void {
    if (document.kind !== "ConfigMap") return;
    const root = Field.root(document, report);
    const field = root.at(...COREFILE_PATH);
    const name = root.at("metadata", "name").text();
    const namespace = root.at("metadata", "namespace").text("default");
    if (namespace === NAMESPACE && name === CUSTOM) {
      this.#custom = document;
      this.#customField = root.at("data");
    }
    if (!field.present) return;
    const looksLikeCoreDns = name.includes(COREDNS) || root.at("metadata", "labels", KUBE_DNS_LABEL).value === KUBE_DNS;
    if (namespace === NAMESPACE && NODE_LOCAL.includes(name)) {
      field.warn("the Corefile of NodeLocal DNSCache is not read", "the verdict may differ", true);
    } else if (namespace !== NAMESPACE || !looksLikeCoreDns) warnOfForeign(field, namespace, name, looksLikeCoreDns);
    else if (typeof field.value !== "string") {
      field.error("a Corefile must be text", "write it as a block: Corefile: |");
    } else this.#candidates.push({ document, name, field });
  }

  /** The one that CoreDNS runs with; null when there is none. */
  choose(): ManifestCorefile | null {
    const chosen = this.#candidates.find(({ name }) => name === COREDNS) ?? this.#candidates[0];
    if (chosen === undefined) {
      const message =
        "these additions to a Corefile are left out: that of kube-system/coredns is not among the manifests";
      this.#customField?.warn(message, "kubectl -n kube-system get configmap coredns -o yaml", true);
      return null;
    }
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
    const files = new Map([
      ...filesOf(chosen.document, COREFILE_FOLDER),
      ...(this.#custom === null ? [] : filesOf(this.#custom, CUSTOM_FOLDER)),
    ]);
    return corefileAt(chosen, files);
  }
}

/** The keys of a ConfigMap as files of a folder. */
function filesOf(document: SourceDocument, folder: string): [string, ConfigFile][] {
  const data = isPlainObject(document.value.data) ? document.value.data : {};
  return Object.entries(data).flatMap(([key, text]): [string, ConfigFile][] =>
    typeof text !== "string" || key === COREFILE_PATH[1] ? [] : [[folder + key, { document, key, text }]],
  );
}

function corefileAt({ document, field }: Candidate, files: ReadonlyMap<string, ConfigFile>): ManifestCorefile {
  const own: ConfigFile = { document, key: COREFILE_PATH[1], text: field.text() };
  return {
    text: own.text,
    files: Object.fromEntries([...files].map(([path, { text }]) => [path, text])),
    locate({ line, column, file }) {
      const place = file === undefined ? own : (files.get(file) ?? own);
      return place.document.locateWithin([COREFILE_PATH[0], place.key], place.text, line, column);
    },
  };
}

/** Many applications ship name servers of their own, or test data: what their pods serve is nothing that clients ask. */
function warnOfForeign(field: Field, namespace: string, name: string, looksLikeCoreDns: boolean): void {
  const message = `the Corefile of ${namespace}/${name} is not that of the cluster's DNS, and is left out`;
  field.warn(message, `CoreDNS reads the ConfigMap ${NAMESPACE}/${COREDNS}`, looksLikeCoreDns);
}

/** The ConfigMaps that give CoreDNS a Corefile and its files. */
export function corefileManifests({ text, files }: Pick<ManifestCorefile, "text" | "files">): object[] {
  const beside: Record<string, string> = {};
  const custom: Record<string, string> = {};
  for (const [path, content] of Object.entries(files)) {
    if (path.startsWith(CUSTOM_FOLDER)) custom[path.slice(CUSTOM_FOLDER.length)] = content;
    else beside[path.slice(COREFILE_FOLDER.length)] = content;
  }
  const map = (name: string, data: object): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: NAMESPACE },
    data,
  });
  const additions = Object.keys(custom).length === 0 ? [] : [map(CUSTOM, custom)];
  return [map(COREDNS, { Corefile: text, ...beside }), ...additions];
}
