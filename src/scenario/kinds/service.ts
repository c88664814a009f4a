/** Services, with the defaults of the API server. */
import { type Address, parseAddress } from "../../model/address.js";
import type { ServicePort } from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { invalidPortName, isPortName, readProtocol } from "./container.js";
import type { ManifestKind } from "./kind.js";
import { isDnsLabel, readLabels, readMetadata } from "./names.js";
import { checkService } from "./service-references.js";

export const service: ManifestKind<"Service"> = {
  kind: "Service",
  apiVersion: "v1",
  type: "V1Service",
  names: "label",
  namespaced: true,
  fields: {
    modelled: {
      V1Service: "apiVersion kind metadata spec",
      V1ServiceSpec: "selector ports clusterIP clusterIPs publishNotReadyAddresses externalName",
      V1ServicePort: "name port targetPort protocol",
    },
    partly: { V1ServiceSpec: "type" },
    defaults: {
      V1ServiceSpec: { type: "ClusterIP", publishNotReadyAddresses: false },
      V1ServicePort: ({ port }) => ({ protocol: "TCP", ...(typeof port === "number" ? { targetPort: port } : {}) }),
    },
    neutral: {
      "V1ServiceSpec.type": ["ClusterIP", "ExternalName"],
      "V1ServiceSpec.sessionAffinity": ["None"],
      "V1ServiceSpec.internalTrafficPolicy": ["Cluster"],
      "V1ServiceSpec.externalTrafficPolicy": ["Cluster"],
      "V1ServiceSpec.ipFamilyPolicy": ["SingleStack"],
    },
    loud: {
      "V1ServiceSpec.type": "only the ClusterIP is simulated, not the way in from outside",
      "V1ServiceSpec.externalIPs": "only the ClusterIP is simulated",
      "V1ServiceSpec.sessionAffinity": "each connection picks an endpoint anew",
      "V1ServiceSpec.sessionAffinityConfig": "each connection picks an endpoint anew",
      "V1ServiceSpec.internalTrafficPolicy": "endpoints of every node are used",
      "V1ServiceSpec.externalTrafficPolicy": "traffic from outside is not simulated",
      "V1ServiceSpec.trafficDistribution": "endpoints of every zone are used alike",
      "V1ServiceSpec.ipFamilyPolicy": "only IPv4 is simulated",
    },
  },
  read(root, namespace, name) {
    const spec = root.at("spec");
    if (!spec.present) root.error("spec is required");
    const selector = readLabels(spec.at("selector"));
    const externalName = isExternalName(root) ? readExternalName(spec) : null;
    const clusterIP = externalName === null ? readClusterIP(spec) : null;
    const ports = readPorts(spec.at("ports"));
    spec.at("type").oneOf(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], "ClusterIP");
    if (spec.present && ports.length === 0 && clusterIP !== "None" && !isExternalName(root)) {
      spec.at("ports").error("a Service needs a port unless it is headless");
    }
    return {
      kind: "Service",
      metadata: readMetadata(root, namespace, name),
      spec: {
        selector: externalName !== null || Object.keys(selector).length === 0 ? null : selector,
        ports,
        clusterIP,
        publishNotReadyAddresses: spec.at("publishNotReadyAddresses").boolean(),
        ...(externalName === null ? {} : { externalName }),
      },
    };
  },
  checkReferences: checkService,
};

/** An ExternalName Service is an alias in DNS: it has no address, and whatever it selects no endpoints. */
function isExternalName(root: Field): boolean {
  return root.at("spec", "type").value === "ExternalName";
}

/** The alias' target; the API server wants a DNS name. */
function readExternalName(spec: Field): string {
  const field = spec.at("externalName");
  const text = field.text();
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (name === "") field.error("a Service of type ExternalName needs an externalName");
  else if (name.length > 253 || !name.split(".").every(isDnsLabel)) field.error(`${quoted(text)} is no DNS name`);
  const address = spec.at("clusterIP");
  if (address.text() !== "") address.error("a Service of type ExternalName has no clusterIP");
  return name;
}

function readClusterIP(spec: Field): Address | "None" | null {
  const field = spec.at("clusterIP");
  const first = spec.at("clusterIPs").items()[0];
  const given = field.text() === "" && first !== undefined ? first : field;
  if (first !== undefined && field.text() !== "" && first.text() !== field.text()) {
    first.error("the first of clusterIPs must be clusterIP");
  }
  const text = given.text();
  if (text === "") return null;
  if (text === "None") return "None";
  const address = parseAddress(text);
  if (address !== null) return address;
  if (text.includes(":")) given.error("only IPv4 is simulated", "leave the address out and one is allocated");
  else given.error(`${quoted(text)} is neither an address nor None`);
  return null;
}

function readPorts(field: Field): ServicePort[] {
  const items = field.items();
  const names = new Set<string>();
  const numbers = new Set<string>();
  return items.map((item) => {
    const port = readPort(item);
    if (port.name === "" && items.length > 1) item.error("each port needs a name when there are several");
    if (port.name !== "" && names.has(port.name)) item.at("name").error(`a second port is named ${quoted(port.name)}`);
    const number = `${port.port}/${port.protocol}`;
    if (numbers.has(number) && port.port > 0) item.at("port").error(`the port ${number} stands here a second time`);
    names.add(port.name);
    numbers.add(number);
    return port;
  });
}

function readPort(item: Field): ServicePort {
  const name = item.at("name").text();
  if (name !== "" && !isDnsLabel(name)) item.at("name").error(`${quoted(name)} is no DNS label`);
  const port = item.at("port").integer(0, 1, 65535);
  return {
    name,
    port,
    targetPort: readTargetPort(item.at("targetPort"), port),
    protocol: readProtocol(item.at("protocol")),
  };
}

/** Without a target port the Service's port is meant. */
function readTargetPort(field: Field, port: number): number | string {
  if (typeof field.value !== "string" || field.value === "") {
    return field.value === 0 ? port : field.integer(port, 1, 65535);
  }
  if (!isPortName(field.value)) field.error(...invalidPortName(field.value));
  return field.value;
}
