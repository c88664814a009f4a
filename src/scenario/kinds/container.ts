/** Containers: ports, requests, readiness probe and preStop hook, with the defaults of the API server. */
import type { Container, ContainerPort, Probe, Protocol } from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { parseQuantity } from "../quantity.js";
import { isDnsLabel } from "./names.js";
import { sleepOfCommand } from "./sleep-command.js";

const LARGEST_PORT = 65535;

/** What `workloads[].preStop` settles. */
export const PRE_STOP = "preStop";

/** `graceSeconds` is the pod's termination grace period: no sleep may outlast it. */
export function readContainer(field: Field, graceSeconds: number): Container {
  const name = field.at("name");
  if (typeof name.value === "string" && !isDnsLabel(name.value)) {
    name.error(`${quoted(name.value)} is no valid container name`, 'use at most 63 lower-case letters, digits and "-"');
  }
  return {
    name: name.text(),
    image: readImage(field.at("image")),
    ports: readPorts(field.at("ports")),
    ...readRequests(field.at("resources")),
    readinessProbe: readProbe(field.at("readinessProbe")),
    preStopSleepSeconds: readSleep(field.at("lifecycle", "preStop"), graceSeconds),
  };
}

function readImage(field: Field): string {
  const image = field.text();
  if (!field.present || field.value === "") field.error("an image is required");
  else if (image !== image.trim()) field.error("an image must not begin or end with a space");
  return image;
}

function readPorts(field: Field): ContainerPort[] {
  const names = new Set<string>();
  return field.items().map((item) => {
    const name = item.at("name").text();
    if (name !== "") {
      if (!isPortName(name)) item.at("name").error(...invalidPortName(name));
      if (names.has(name)) item.at("name").error(`the port name ${quoted(name)} stands here a second time`);
      names.add(name);
    }
    return {
      name,
      containerPort: item.at("containerPort").integer(0, 1, LARGEST_PORT),
      protocol: readProtocol(item.at("protocol")),
    };
  });
}

export function readProtocol(field: Field): Protocol {
  if (field.value !== "SCTP") return field.oneOf(["TCP", "UDP"], "TCP");
  field.error("SCTP is not modelled", "TCP and UDP are; leave the port out to simulate the others");
  return "TCP";
}

/** An IANA service name: at most 15 of lower-case letters, digits and single "-", with a letter among them. */
export function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
}

export function invalidPortName(name: string): [string, string] {
  const rule = 'use at most 15 lower-case letters, digits and single "-", with a letter among them';
  return [`${quoted(name)} is no valid port name`, rule];
}

/** Without a request, the limit is the request. */
function readRequests(resources: Field): { cpu: number; memory: number } {
  for (const name of resources.at("requests").keys()) {
    if (name === "cpu" || name === "memory") continue;
    const text = `requests for ${quoted(name)} are not modelled: the scheduler counts cpu and memory only`;
    resources.at("requests", name).warn(text, "", !name.startsWith("ephemeral") && !name.startsWith("hugepages"));
  }
  return { cpu: readResource(resources, "cpu", "milli"), memory: readResource(resources, "memory", "unit") };
}

function readResource(resources: Field, name: string, unit: "unit" | "milli"): number {
  const request = resources.at("requests", name);
  const limit = resources.at("limits", name);
  const least = amount(request, unit);
  const most = amount(limit, unit);
  if (least !== null && most !== null && least > most) request.error(`the request for ${name} is above its limit`);
  return least ?? most ?? 0;
}

function amount(field: Field, unit: "unit" | "milli"): number | null {
  if (typeof field.value !== "string" && typeof field.value !== "number") return null;
  return parseQuantity(String(field.value), unit);
}

const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"];

/** Zero counts as left out, as for the API server. */
function readProbe(field: Field): Probe | null {
  if (!field.present) return null;
  const handlers = HANDLERS.filter((name) => field.at(name).present);
  if (handlers.length === 0) field.error(`a probe needs one of ${HANDLERS.join(", ")}`);
  if (handlers.length > 1) field.error(`a probe has one handler, not ${handlers.join(" and ")}`);
  for (const name of handlers) checkPort(field.at(name, "port"));
  return {
    initialDelaySeconds: field.at("initialDelaySeconds").integer(0, 0),
    periodSeconds: field.at("periodSeconds").integer(10, 0) || 10,
    timeoutSeconds: field.at("timeoutSeconds").integer(1, 0) || 1,
    successThreshold: field.at("successThreshold").integer(1, 0) || 1,
    failureThreshold: field.at("failureThreshold").integer(3, 0) || 3,
    ...(field.at("exec").present ? { exec: true } : {}),
  };
}

function checkPort(field: Field): void {
  field.integer(1, 1, LARGEST_PORT);
  if (typeof field.value === "string" && !isPortName(field.value)) field.error(...invalidPortName(field.value));
}

const UNKNOWN = "how long this hook takes is unknown: the pod stops as if it had no hook";
const STATE_IT = "say how long it takes with workloads[].preStop of the Scenario (--set 'workloads[0].preStop=10s')";

/** What is said of a hook is settled where a scenario says how long it takes. */
function readSleep(field: Field, graceSeconds: number): number | null {
  const sleep = field.at("sleep");
  if (field.present && field.keys().length !== 1) field.error("a hook has exactly one of exec, httpGet, sleep");
  if (field.at("httpGet").present) field.at("httpGet").warnUnlessSettled(PRE_STOP, UNKNOWN, STATE_IT);
  if (!sleep.present) return readSleepCommand(field.at("exec"));
  const seconds = sleep.at("seconds").integer(0, 0);
  if (seconds > graceSeconds) {
    const grace = `terminationGracePeriodSeconds (${graceSeconds})`;
    sleep
      .at("seconds")
      .error(`a sleep of ${seconds} s outlasts ${grace}`, "Kubernetes refuses it: raise the grace period");
  }
  return seconds;
}

/** A command counts as the sleep that it begins with; what others do, and for how long, is unknown. */
function readSleepCommand(exec: Field): number | null {
  if (!exec.present) return null;
  const command = exec.at("command").items();
  const sleep = sleepOfCommand(command.map((word) => word.text()));
  if (sleep === null) exec.warnUnlessSettled(PRE_STOP, UNKNOWN, STATE_IT);
  else if (!sleep.only) {
    const message = `this hook sleeps ${sleep.seconds} s and then does something else: it counts as the sleep alone`;
    exec.warnUnlessSettled(PRE_STOP, message, STATE_IT);
  }
  return sleep?.seconds ?? null;
}
