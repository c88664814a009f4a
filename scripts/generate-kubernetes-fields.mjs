/**
 * Writes src/scenario/manifests/kubernetes-fields.generated.json: the fields and types of the Kubernetes objects that kubechurn
 * reads, taken from the typed models of @kubernetes/client-node. Run it after updating that package:
 *
 *   node scripts/generate-kubernetes-fields.mjs
 *
 * The package's index does not load on Node 20, its single models do. Which fields are required stands only in the
 * models' declarations, so these are read as text.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODELS = `${ROOT}node_modules/@kubernetes/client-node/dist/gen/models`;
const TARGET = `${ROOT}src/scenario/manifests/kubernetes-fields.generated.json`;

/** Kinds that are read, with the models that describe them. */
const KINDS = ["V1Deployment", "V1ReplicaSet", "V1Pod", "V1Service", "V1Namespace"];

/** The models call quantities strings; the API also takes numbers. */
const QUANTITIES = new Set([
  "V1ResourceRequirements.limits",
  "V1ResourceRequirements.requests",
  "V1VolumeResourceRequirements.limits",
  "V1VolumeResourceRequirements.requests",
  "V1PodSpec.overhead",
  "V1EmptyDirVolumeSource.sizeLimit",
  "V1ResourceFieldSelector.divisor",
]);

/** `status` is dropped by the API server when an object is created: its inside does not matter. */
const IGNORED = new Set(["status", "managedFields"]);

/** The newest version of which something is in the table. */
const NEWEST = "1.37";

/**
 * Fields beside those of the models, by type: of versions that can be simulated and that the models are older or newer than
 * (k8s.io/api v0.35.0 and v0.37.0). Without them a manifest that such a cluster takes would be refused.
 */
const OTHER_VERSIONS = {
  V1PodSpec: { workloadRef: "any", evictionResponders: "[V1EvictionResponder]" },
  V1EvictionResponder: { name: "string!", priority: "int32" },
  V1VolumeMount: { bindMountOptions: "[string]" },
  V1HTTPGetAction: { protocol: "string" },
  V1GRPCAction: { mode: "string" },
  V1EmptyDirVolumeSource: { mode: "int32" },
  V1SecretVolumeSource: { defaultUser: "int64" },
  V1ConfigMapVolumeSource: { defaultUser: "int64" },
  V1DownwardAPIVolumeSource: { defaultUser: "int64" },
  V1DownwardAPIVolumeFile: { user: "int64" },
  V1ProjectedVolumeSource: { defaultUser: "int64" },
  V1KeyToPath: { user: "int64" },
  V1ServiceAccountTokenProjection: { user: "int64" },
  V1ClusterTrustBundleProjection: { user: "int64" },
  V1PodCertificateProjection: { user: "int64" },
};

const types = new Map();
for (const kind of KINDS) await visit(kind);

async function visit(name) {
  if (types.has(name)) return;
  const fields = {};
  types.set(name, fields);
  const model = (await import(`${MODELS}/${name}.js`))[name];
  const declaration = readFileSync(`${MODELS}/${name}.d.ts`, "utf8");
  for (const { baseName, name: property, type, format } of model.attributeTypeMap) {
    const required = new RegExp(`^    '${property}': `, "m").test(declaration) ? "!" : "";
    const written = IGNORED.has(baseName) ? "any" : typeOf(name, baseName, type, format);
    fields[baseName] = written + required;
    const nested = /[A-Za-z]*V1\w+/.exec(written);
    if (nested !== null) await visit(nested[0]);
  }
}

/** Types are written "string", "int32", "[X]" (a list), "{X}" (a map with text keys), or the name of another type. */
function typeOf(owner, field, type, format) {
  if (QUANTITIES.has(`${owner}.${field}`)) return type === "string" ? "quantity" : "{quantity}";
  const list = /^Array<(.+)>$/.exec(type);
  if (list !== null) return `[${typeOf(owner, field, list[1], format)}]`;
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type);
  if (map !== null) return `{${typeOf(owner, field, map[1], "")}}`;
  if (type === "number") return format;
  if (type === "Date") return "string";
  return type;
}

for (const [name, fields] of Object.entries(OTHER_VERSIONS)) types.set(name, { ...types.get(name), ...fields });

const sorted = Object.fromEntries([...types].sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(TARGET, `${JSON.stringify({ kubernetesVersion: NEWEST, types: sorted }, null, 1)}\n`);
console.log(`${types.size} types of Kubernetes ${NEWEST} written to ${TARGET}`);
